package dev.anyloop.tck.rules.seam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter SEAM of the specification: what a connection sends. */
public abstract class SeamOutputRules extends SeamChapter {

    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(0, 4096);

    @Rule("SEAM-005")
    void whatTheKernelDoesNotTakeAtOnceIsSentAndReportedBitByBit() {
        byte[] content = randomBytes(1 << 20);
        byte[] half = Arrays.copyOf(content, content.length / 2);
        byte[] rest = Arrays.copyOfRange(content, half.length, content.length);
        CountDownLatch mayRead = latch(1);
        CountDownLatch mayReadAll = latch(1);
        AtomicBoolean arrived = new AtomicBoolean();
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(smallPeerServer(peer -> {
                peer.await(mayRead);
                assertSameBytes(half, peer.read(half.length));
                peer.await(mayReadAll);
                assertSameBytes(rest, peer.read(rest.length));
                arrived.set(true);
            }), SMALL);
            ByteBuffer lent = RecordedConnection.direct(content);
            long taken = connection.write(lent);
            driver.quiet();
            assertTrue(taken + connection.written() < content.length, "a peer that does not read was sent everything");
            mayRead.countDown();
            driver.until("what the peer made room for is reported", () -> taken + connection.written() >= half.length);
            assertTrue(taken + connection.written() < content.length, "more is reported than the peer has room for");
            mayReadAll.countDown();
            driver.until("all is written", () -> taken + connection.written() == content.length);
            assertEquals(lent.limit(), lent.position());
            driver.until("all has arrived", arrived::get);
        });
    }

    @Rule("SEAM-005")
    void onceAllIsWrittenTheMemoryIsFreeForTheNextBytes() {
        int rounds = 200;
        int size = 50_000;
        AtomicBoolean arrived = new AtomicBoolean();
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(smallPeerServer(peer -> {
                for (int round = 0; round < rounds; round++) {
                    assertSameBytes(block(round, size), peer.read(size));
                }
                arrived.set(true);
            }), SMALL);
            ByteBuffer lent = ByteBuffer.allocateDirect(size);
            long taken = 0;
            for (int round = 0; round < rounds; round++) {
                lent.clear().put(block(round, size)).flip();
                taken += connection.write(lent);
                long before = taken;
                long total = (long) (round + 1) * size;
                driver.until("block is written", () -> before + connection.written() == total);
            }
            driver.until("all has arrived", arrived::get);
        });
    }

    private static byte[] block(int round, int size) {
        byte[] block = new byte[size];
        Arrays.fill(block, (byte) round);
        return block;
    }

    @Rule("SEAM-005")
    void onlyTheBytesBetweenPositionAndLimitAreSent() {
        AtomicBoolean arrived = new AtomicBoolean();
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                assertEquals("cde", peer.readAllText());
                arrived.set(true);
            }));
            ByteBuffer lent = RecordedConnection.direct("abcdefgh".getBytes(UTF_8)).position(2).limit(5);
            int taken = connection.write(lent);
            driver.until("all is written", () -> taken + connection.written() == 3);
            connection.connection().shutdownOutput();
            driver.until("all has arrived", arrived::get);
        });
    }

    @Rule("SEAM-012")
    void anOfferedBufferIsTheCallersAgainAtOnce() {
        byte[] content = randomBytes(1 << 20);
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch mayRead = latch(1);
        AtomicInteger arrived = new AtomicInteger();
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(smallPeerServer(peer -> {
                peer.await(mayRead);
                assertSameBytes(Arrays.copyOf(content, taken.get()), peer.read(taken.get()));
                arrived.set(taken.get());
                byte[] rest = Arrays.copyOfRange(content, taken.get(), content.length);
                assertSameBytes(rest, peer.read(rest.length));
                arrived.set(content.length);
            }), SMALL);
            ByteBuffer offered = RecordedConnection.direct(content);
            taken.set(connection.offer(offered));
            assertEquals(taken.get(), offered.position());
            assertTrue(offered.hasRemaining(), "a peer that does not read was sent everything");
            offered.clear().put(new byte[content.length]).clear(); // as its user may
            mayRead.countDown();
            driver.until("what was taken has arrived", () -> arrived.get() == taken.get());
            driver.quiet();
            assertEquals(0, connection.written(), "an offer is kept, or reported again");
            byte[] rest = Arrays.copyOfRange(content, taken.get(), content.length);
            int takenOfRest = connection.write(RecordedConnection.direct(rest));
            driver.until("all is written", () -> takenOfRest + connection.written() == rest.length);
            driver.until("all has arrived", () -> arrived.get() == content.length);
        });
    }

    @Rule("SEAM-012")
    void onlyTheBytesBetweenPositionAndLimitAreOffered() {
        onlyTheBytesAreOffered(2, 5);
        onlyTheBytesAreOffered(6, 8); // fewer are left than lie before them
    }

    private void onlyTheBytesAreOffered(int from, int to) {
        AtomicBoolean arrived = new AtomicBoolean();
        String text = "abcdefgh";
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                assertEquals(text.substring(from, to), peer.readAllText());
                arrived.set(true);
            }));
            ByteBuffer offered = RecordedConnection.direct(text.getBytes(UTF_8)).position(from).limit(to);
            int taken = connection.offer(offered);
            assertEquals((from + taken) + " of " + to, offered.position() + " of " + offered.limit());
            int takenOfRest = offered.hasRemaining() ? connection.write(offered) : 0;
            driver.until("all is written", () -> taken + takenOfRest + connection.written() == to - from);
            connection.connection().shutdownOutput();
            driver.until("all has arrived", arrived::get);
        });
    }

    @Rule("SEAM-007")
    void theEndOfTheOutputLeavesTheInputOpen() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer ->
                    peer.send(peer.readAllText() + " yourself").end().hold())).resume();
            int taken = connection.write("hello");
            driver.until("all is written", () -> taken + connection.written() == 5);
            connection.connection().shutdownOutput();
            driver.until("the end", () -> connection.saw("inputEnded"));
            assertEquals("hello yourself", new String(connection.bytes(), UTF_8));
        });
    }

    @Rule("SEAM-005")
    void aWriteInsideAnEventIsSent() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                peer.send("ping");
                assertEquals("pong", peer.readText(4));
                peer.end().hold();
            }));
            connection.on("received", () -> writeUnchecked(connection, "pong")).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
        });
    }

    private static void writeUnchecked(RecordedConnection connection, String text) {
        try {
            connection.write(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Rule({"SEAM-007", "SEAM-005"})
    void whatHadArrivedIsStillReadAfterAWriteFailed() {
        whatHadArrivedIsStillReadAfterTheOutputFailed(connection -> connection.write("x"));
    }

    @Rule({"SEAM-007", "SEAM-012"})
    void whatHadArrivedIsStillReadAfterAnOfferFailed() {
        whatHadArrivedIsStillReadAfterTheOutputFailed(connection -> {
            ByteBuffer offered = RecordedConnection.direct("x".getBytes(UTF_8));
            if (connection.offer(offered) == 0) {
                connection.write(offered);
            }
        });
    }

    @FunctionalInterface
    private interface Sending {
        void sendOneByte(RecordedConnection connection) throws IOException;
    }

    /** Linux keeps what had arrived; it is there to be read although the output is dead. */
    private void whatHadArrivedIsStillReadAfterTheOutputFailed(Sending sending) {
        assumeLinux();
        AtomicBoolean reset = new AtomicBoolean();
        withTransport(driver -> {
            CountDownLatch connected = latch(1);
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                connected.await();
                peer.send("last words").reset();
                reset.set(true);
            }));
            connected.countDown();
            driver.until("the reset", reset::get);
            assertTrue(sendUntilItFails(driver, connection, sending), "writing to a peer that is gone");
            connection.resume();
            driver.until("the input is over", () -> connection.saw("inputEnded") || connection.saw("failed"));
            assertEquals("last words", new String(connection.bytes(), UTF_8));
        });
    }

    /** The first byte may still be taken by the kernel. */
    private boolean sendUntilItFails(SeamDriver driver, RecordedConnection connection, Sending sending)
            throws IOException {
        for (int i = 0; i < 10 && !connection.saw("outputFailed"); i++) {
            try {
                sending.sendOneByte(connection);
            } catch (IOException expected) {
                return true;
            }
            driver.quiet();
        }
        return connection.saw("outputFailed");
    }

    @Rule({"SEAM-005", "SEAM-007"})
    void aLentBufferWhosePeerResetsIsGivenBack() {
        withTransport(driver -> {
            CountDownLatch mayReset = latch(1);
            RecordedConnection connection = driver.connected(smallPeerServer(peer -> {
                mayReset.await();
                peer.reset();
            }), SMALL);
            int size = 4 << 20;
            int taken = connection.write(ByteBuffer.allocateDirect(size));
            driver.quiet();
            assertTrue(taken + connection.written() < size);
            assertFalse(connection.saw("outputFailed"), "before the reset");
            mayReset.countDown();
            driver.until("the output fails", () -> connection.saw("outputFailed") || connection.saw("failed"));
        });
    }

    /** A handle that is ready for two things is so once, and of neither does a poll that says drained leave out. */
    @Rule({"SEAM-008", "SEAM-005"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void aPollThatSaysDrainedHasToldBothDirections() {
        CountDownLatch stalled = latch(1);
        CountDownLatch ready = latch(1);
        SeamLine line = new SeamLine();
        withTransport(driver -> {
            line.use(driver.connected(smallPeerServer(peer -> {
                peer.await(stalled);
                line.readWhatIsThere(peer);
                line.send(peer, "hello".getBytes(UTF_8));
                ready.countDown();
                peer.hold();
            }), SMALL));
            line.lend(RecordedConnection.direct(randomBytes(4 << 20)), driver);
            driver.quiet();
            long before = line.connection().written();
            stalled.countDown();
            ready.await();
            block(limits().mustNotHappen());
            line.connection().resume();
            while (!driver.poll(0)) {
                // there may be more
            }
            assertTrue(line.connection().written() > before, "the room that the peer has made is not told");
            assertEquals(5, line.connection().byteCount(), "bytes of its input");
        });
    }
}
