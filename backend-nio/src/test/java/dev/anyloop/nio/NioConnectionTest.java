package dev.anyloop.nio;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NioConnectionTest extends NioTest {

    /** More than the kernel takes from a writer whose peer does not read. */
    private static ByteBuffer plenty() {
        return ByteBuffer.allocateDirect(32 * 1024 * 1024);
    }

    @Test
    void theEndIsNotReportedAgainAfterResume() throws IOException {
        Pair pair = pair();
        pair.send("hello");
        pair.peer().close();
        pollUntil(() -> pair.events().has("end"));
        pair.events().connection.pauseReading();
        pair.events().connection.resumeReading();
        transport.poll(0);
        assertEquals("hello end", pair.events().log());
    }

    @Test
    void aFloodIsReportedInOneChunkPerPoll() throws IOException {
        Pair pair = pair();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            try {
                pair.peer().getOutputStream().write(new byte[8 * 1024 * 1024]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int polls = 1; pair.events().received < 8 * 1024 * 1024; polls++) {
            transport.poll(-1);
            assertTrue(pair.events().received <= polls * 65_536L);
        }
        flood.join();
    }

    @Test
    void aResetIsNotMistakenForAnEndWhileOutputIsPending() throws IOException {
        Pair pair = pair();
        pair.events().connection.write(plenty());
        pair.reset();
        pollUntil(() -> pair.events().has("failed"));
        assertEquals("failed", pair.events().log());
    }

    @Test
    void outputThatFailsLaterLeavesTheInputOpen() throws IOException {
        Pair pair = pair();
        pair.events().connection.pauseReading();
        pair.events().connection.write(plenty());
        pair.reset();
        pollUntil(() -> pair.events().has("outputFailed"));
        transport.poll(0);
        assertEquals("outputFailed", pair.events().log());
        pair.events().connection.resumeReading();
        pollUntil(() -> pair.events().log.size() > 1);
        assertTrue(pair.events().has("end") || pair.events().has("failed"), pair.events().log());
    }

    /** A selector may say so for no reason, and a system call may be interrupted. */
    @Test
    void aReadinessThatProvesFalseTellsNothing() throws IOException {
        Pair pair = pair();
        NioConnection connection = (NioConnection) pair.events().connection;
        ByteBuffer lent = plenty();
        connection.write(lent);
        int taken = lent.position();
        connection.ready(OP_READ | OP_WRITE);
        assertEquals("", pair.events().log());
        assertEquals(lent.position() - taken, pair.events().written);
        pair.send("hello");
        pollUntil(() -> pair.events().has("hello"));
        assertEquals("hello", pair.events().log());
    }

    @Test
    void theNextBufferMayBeLentFromWritten() throws IOException {
        ByteBuffer first = plenty();
        ByteBuffer second = plenty();
        long size = first.remaining();
        long[] taken = new long[1];
        Recorder events = new Recorder() {
            @Override
            public void written(int count) {
                super.written(count);
                if (!first.hasRemaining() && second.position() == 0) {
                    try {
                        taken[0] += connection.write(second);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        };
        Pair pair = pair(events);
        taken[0] = events.connection.write(first);
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> {
            try {
                pair.peer().getInputStream().skipNBytes(2 * size);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        pollUntil(() -> taken[0] + events.written == 2 * size);
        drained.join();
    }
}
