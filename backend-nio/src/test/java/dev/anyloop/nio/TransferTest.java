package dev.anyloop.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of a system call's answer. */
class TransferTest {

    /** A channel whose system calls all have one answer. */
    private record Answering(int answer) implements ByteChannel {

        @Override
        public int read(ByteBuffer buffer) {
            return answer;
        }

        @Override
        public int write(ByteBuffer buffer) {
            return answer;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static final ByteBuffer BUFFER = ByteBuffer.allocate(10);

    @ParameterizedTest
    @CsvSource({"10, 10", "0, 0", "-1, -1", "-2, 0", "-3, 0"})
    void aReadThatWasInterruptedOrFoundNothingIsNoEnd(int answer, int expected) throws IOException {
        assertEquals(expected, Transfer.read(new Answering(answer), BUFFER));
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "0, 0", "-2, 0", "-3, 0"})
    void aWriteThatWasInterruptedOrFoundNoRoomTookNothing(int answer, int expected) throws IOException {
        assertEquals(expected, Transfer.write(new Answering(answer), BUFFER));
    }
}
