package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    private static final int SMALL = 2 * 1024;
    private static final int LARGE = ReadBuffers.LARGEST_BYTES;

    private final ReadBuffers buffers = new ReadBuffers(false);

    @AfterEach
    void closeBuffers() {
        buffers.close();
    }

    @Test
    void whatIsGivenBackIsTakenAgainAndEmpty() {
        ByteBuf buffer = buffers.take(SMALL);
        buffer.writeByte(1);
        buffers.give(buffer);
        assertSame(buffer, buffers.take(SMALL));
        assertEquals(0, buffer.readableBytes());
        assertEquals(SMALL, buffer.writableBytes());
        buffer.release();
    }

    @Test
    void oneThatIsTakenIsNobodyElses() {
        ByteBuf one = buffers.take(LARGE);
        ByteBuf another = buffers.take(LARGE);
        assertNotSame(one, another);
        one.release();
        another.release();
    }

    @Test
    void manyOfOneSizeLeaveRoomForAnother() {
        List<ByteBuf> small = Stream.generate(() -> buffers.take(SMALL)).limit(10_000).toList();
        small.forEach(buffers::give);
        assertEquals(64L * LARGE / SMALL, small.stream().filter(buffer -> buffer.refCnt() > 0).count());
        ByteBuf large = buffers.take(LARGE);
        buffers.give(large);
        assertSame(large, buffers.take(LARGE));
        large.release();
    }

    @Test
    void closeFreesWhatWasGivenBack() {
        ReadBuffers closed = new ReadBuffers(false);
        ByteBuf buffer = closed.take(SMALL);
        closed.give(buffer);
        closed.close();
        assertEquals(0, buffer.refCnt());
    }

    @Test
    void anEngineThatReadsAtOnceHasOneLargeBuffer() {
        ReadBuffers one = new ReadBuffers(true);
        assertEquals(LARGE, one.smallestBytes());
        one.close();
    }
}
