package dev.anyloop.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NioConnectionTest extends NioTest {

    /** More than the kernel takes from a writer whose peer does not read. */
    private static ByteBuffer plenty() {
        byte[] bytes = new byte[32 * 1024 * 1024];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void dataComesBeforeTheEndAndTheEndComesOnce() throws IOException {
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
    void whatArrivedDuringAPauseIsReportedByThePollAfterIt() throws IOException {
        Pair pair = pair();
        pair.events().connection.pauseReading();
        pair.send("hello");
        transport.poll(0);
        assertEquals("", pair.events().log());
        pair.events().connection.resumeReading();
        transport.poll(0);
        assertEquals("hello", pair.events().log());
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
    void aResetIsAFailureAndNotAnEnd() throws IOException {
        Pair pair = pair();
        pair.send("hello");
        pollUntil(() -> pair.events().has("hello"));
        pair.reset();
        pollUntil(() -> pair.events().has("failed"));
        assertEquals("hello failed", pair.events().log());
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

    @Test
    void theRestOfALentBufferIsSentAndReported() throws Exception {
        Pair pair = pair();
        ByteBuffer lent = plenty();
        long size = lent.remaining();
        byte[] sent = new byte[lent.remaining()];
        lent.duplicate().get(sent);
        int taken = pair.events().connection.write(lent);
        assertTrue(taken > 0 && taken < size);
        assertEquals(taken, lent.position());
        CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
            try {
                return pair.peer().getInputStream().readNBytes(sent.length);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        pollUntil(() -> taken + pair.events().written == size);
        assertArrayEquals(sent, got.get());
        assertFalse(lent.hasRemaining());
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
        CompletableFuture<Long> drained = CompletableFuture.supplyAsync(() -> {
            try {
                pair.peer().getInputStream().skipNBytes(2 * size);
                return 2 * size;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        pollUntil(() -> taken[0] + events.written == 2 * size);
        assertEquals(2 * size, drained.join());
    }

    @Test
    void theOutputEndsWhileTheInputGoesOn() throws IOException {
        Pair pair = pair();
        pair.events().connection.write(ByteBuffer.allocateDirect(3).put(new byte[] {1, 2, 3}).flip());
        pair.events().connection.shutdownOutput();
        assertArrayEquals(new byte[] {1, 2, 3}, pair.peer().getInputStream().readAllBytes());
        pair.send("hello");
        pollUntil(() -> pair.events().has("hello"));
    }

    @Test
    void aConnectionClosedByAnotherOfItsBatchIsLeftAlone() throws IOException {
        Recorder[] both = new Recorder[2];
        Pair[] pairs = new Pair[2];
        for (int i = 0; i < both.length; i++) {
            int other = 1 - i;
            both[i] = new Recorder() {
                @Override
                public void received(ByteBuffer bytes) {
                    super.received(bytes);
                    both[other].connection.close();
                }
            };
            pairs[i] = pair(both[i]);
        }
        pairs[0].send("hello");
        pairs[1].send("hello");
        transport.poll(-1);
        transport.poll(0);
        String[] logs = {both[0].log(), both[1].log()};
        Arrays.sort(logs);
        assertArrayEquals(new String[] {"closed", "hello"}, logs);
    }

    @Test
    void closedIsTheLastEventAndComesFromAPollThatDoesNotWait() throws IOException {
        Pair pair = pair();
        pair.send("hello");
        pair.events().connection.close();
        assertEquals("", pair.events().log());
        transport.poll(-1);
        assertEquals("closed", pair.events().log());
    }
}
