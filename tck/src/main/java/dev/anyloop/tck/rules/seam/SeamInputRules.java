package dev.anyloop.tck.rules.seam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chapter SEAM of the specification: what a connection receives. It is long because input, its end and its failure are asked for in each
 * of their orders.
 */
public abstract class SeamInputRules extends SeamChapter {

    private static final int MOST_IN_A_CHUNK = 64 * 1024;
    private static final int MORE_THAN_A_CHUNK = 80_000;
    private static final int MOST_UNDER_WAY = 1024 * 1024;
    private static final Duration TWO_LOOKS = Duration.ofMillis(1_100);
    private static final Duration ANOTHER_ENDS = Duration.ofMillis(100);

    private final List<AtomicBoolean> sent = new ArrayList<>();

    private PeerScript sends(byte[] content) {
        return then(peer -> peer.send(content), Peer::hold);
    }

    private PeerScript sendsAndEnds(byte[] content) {
        return then(peer -> peer.send(content).end(), Peer::hold);
    }

    /** Each tells for itself that it has sent: a stranger, who may come to any port, does not count for the peer of another. */
    private PeerScript then(PeerScript sending, PeerScript after) {
        AtomicBoolean done = new AtomicBoolean();
        sent.add(done);
        return peer -> {
            sending.run(peer);
            done.set(true);
            after.run(peer);
        };
    }

    private void awaitSent(SeamDriver driver) throws IOException {
        driver.until("all peers have sent", () -> sent.stream().allMatch(AtomicBoolean::get));
    }

    @Rule("SEAM-003")
    void aConnectionStartsPaused() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(sends("hello".getBytes(UTF_8))));
            awaitSent(driver);
            driver.quiet();
            assertEquals("connected", connection.trace());
            connection.resume();
            driver.until("5 bytes", () -> connection.byteCount() == 5);
        });
    }

    @Rule("SEAM-003")
    void whatIsResumedBeforeItIsConnectedIsReadThen() {
        withTransport(driver -> {
            for (int i = 0; i < 50; i++) { // connecting goes on meanwhile, and on some engines in another thread
                RecordedConnection connection = driver.connect(peerServer(sends("hello".getBytes(UTF_8))));
                connection.resume();
                driver.until("5 bytes", () -> connection.byteCount() == 5);
                assertEquals("connected received", connection.trace());
                connection.close();
            }
        });
    }

    @Rule("SEAM-008")
    void aPollOfZeroAfterResumeTellsWhatTheKernelHolds() {
        withTransport(driver -> {
            for (int i = 1; i <= 20; i++) {
                RecordedConnection connection = driver.connected(peerServer(sends("hello".getBytes(UTF_8))));
                awaitSent(driver);
                connection.resume();
                driver.poll(0);
                assertEquals("hello", new String(connection.bytes(), UTF_8), "of connection " + i);
            }
        });
    }

    @Rule("SEAM-004")
    void aMegabyteArrivesWholeAndInOrder() {
        byte[] content = randomBytes(1 << 20);
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(sendsAndEnds(content))).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            assertSameBytes(content, connection.bytes());
            assertEquals("connected received inputEnded", connection.trace());
        });
    }

    @Rule("SEAM-004")
    void theBytesOfFiftyConnectionsAreNeverMixed() {
        withTransport(driver -> {
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                connections.add(driver.connected(peerServer(sendsAndEnds(pattern(i, 3_000)))));
            }
            awaitSent(driver);
            connections.forEach(RecordedConnection::resume);
            driver.until("every end", () -> connections.stream().allMatch(c -> c.saw("inputEnded")));
            for (int i = 0; i < 50; i++) {
                assertSameBytes(pattern(i, 3_000), connections.get(i).bytes(), "of connection " + i);
            }
        });
    }

    private static byte[] pattern(int i, int size) {
        byte[] bytes = new byte[size + i];
        Arrays.fill(bytes, (byte) i);
        return bytes;
    }

    @Rule("SEAM-011")
    void afterAPauseComesWhatWasUnderWayAndNoMore() {
        byte[] content = randomBytes(4 * MOST_UNDER_WAY);
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(sendsAndEnds(content)));
            connection.on("received", connection::pause).resume();
            driver.until("received", () -> connection.saw("received"));
            driver.quiet();
            int came = connection.byteCount();
            assertTrue(came < MOST_UNDER_WAY + MOST_IN_A_CHUNK, came + " bytes");
            assertFalse(connection.saw("inputEnded"), "the end came before bytes");
            driver.quiet();
            assertEquals(came, connection.byteCount(), "it goes on reading");
            connection.on("received", () -> {}).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            assertSameBytes(content, connection.bytes());
        });
    }

    @Rule("SEAM-011")
    void aPauseInTheMiddleOfABatchHoldsForAllThatIsPaused() {
        withTransport(driver -> {
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                connections.add(driver.connected(peerServer(sendsAndEnds(pattern(i, MORE_THAN_A_CHUNK)))));
            }
            awaitSent(driver);
            connections.forEach(c -> c.on("received", () -> connections.forEach(RecordedConnection::pause)).resume());
            driver.until("received", () -> connections.stream().anyMatch(c -> c.saw("received")));
            driver.quiet();
            int came = connections.stream().mapToInt(RecordedConnection::byteCount).sum();
            assertTrue(came <= 40 * MOST_IN_A_CHUNK, came + " bytes");
            driver.quiet();
            assertEquals(came, connections.stream().mapToInt(RecordedConnection::byteCount).sum(), "they go on reading");
            connections.forEach(c -> c.on("received", () -> {}));
            connections.stream().filter(c -> !c.saw("inputEnded")).forEach(RecordedConnection::resume);
            driver.until("every end", () -> connections.stream().allMatch(c -> c.saw("inputEnded")));
            for (int i = 0; i < 40; i++) {
                assertSameBytes(pattern(i, MORE_THAN_A_CHUNK), connections.get(i).bytes(), "of connection " + i);
            }
        });
    }

    /** What a read had been under way for has come before. */
    @Rule("SEAM-011")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.READ_AHEAD)
    void whoIsPausedIsReadNoMoreBecauseItsPeerEndsOrResets() {
        for (LastDeed deed : List.<LastDeed>of(Peer::end, Peer::reset)) {
            CountDownLatch paused = latch(1);
            CountDownLatch more = latch(1);
            AtomicInteger sends = new AtomicInteger();
            withTransport(driver -> {
                RecordedConnection connection = driver.connected(peerServer(peer -> {
                    peer.send("hello").await(paused).send("more");
                    sends.incrementAndGet();
                    deed.of(peer.await(more).send("and more"));
                    sends.incrementAndGet();
                    peer.hold();
                }));
                connection.on("received", connection::pause).resume();
                driver.until("5 bytes", () -> connection.byteCount() == 5);
                paused.countDown();
                driver.until("more is sent", () -> sends.get() >= 1);
                driver.quiet();
                int came = connection.byteCount();
                more.countDown();
                driver.until("all is sent", () -> sends.get() >= 2);
                driver.quiet();
                assertEquals(came, connection.byteCount(), "bytes of one that is paused");
            });
        }
    }

    @Rule("SEAM-008")
    void anEndThatCameWhileNothingWasReadIsToldAfterTheResume() {
        withTransport(driver -> {
            RecordedConnection connection = pausedAfterFiveBytes(driver, Peer::end);
            driver.quiet(); // so that the engine has every chance to notice
            connection.resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
        });
    }

    /** The kernel tells of a reset once; when a write has heard it, it looks like an end to the reader. */
    @Rule("SEAM-008")
    void aResetThatAWriteFoundWhileNothingWasReadIsToldAfterTheResume() {
        withTransport(driver -> {
            RecordedConnection connection = pausedAfterFiveBytes(driver, Peer::reset);
            try {
                connection.write("x");
                driver.until("the output fails", () -> connection.saw("outputFailed"));
            } catch (IOException e) {
                // The write itself has heard it.
            }
            driver.quiet();
            connection.resume();
            driver.until("the input is over", () -> connection.saw("inputEnded") || connection.saw("failed"));
        });
    }

    /** With nothing left to read, and a peer that has come to its last deed since the last poll. */
    private RecordedConnection pausedAfterFiveBytes(SeamDriver driver, LastDeed deed) throws Exception {
        CountDownLatch paused = latch(1);
        CountDownLatch done = latch(1);
        RecordedConnection connection = driver.connected(peerServer(peer -> {
            deed.of(peer.send("hello").await(paused));
            done.countDown();
            peer.hold();
        }));
        connection.on("received", connection::pause).resume();
        driver.until("5 bytes", () -> connection.byteCount() == 5);
        driver.quiet();
        paused.countDown();
        done.await();
        return connection;
    }

    @FunctionalInterface
    private interface LastDeed {
        void of(Peer peer) throws IOException;
    }

    @Rule("SEAM-007")
    void theEndComesOnceAndTheOutputGoesOn() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(then(peer -> {
                peer.end();
                assertEquals("after", peer.readText(5));
            }, Peer::hold))).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            driver.quiet();
            connection.write("after");
            awaitSent(driver);
        });
    }

    @Rule("SEAM-008")
    void anEndThatWasToldDoesNotSpin() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> peer.end().hold())).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            int polls = 0;
            long end = nanoTime() + limits().mustNotHappen().toNanos();
            for (long left; (left = end - nanoTime()) > 0; polls++) {
                driver.poll(left);
            }
            assertTrue(polls <= 50, polls + " polls in " + limits().mustNotHappen());
        });
    }

    @Rule("SEAM-007")
    void aResetComesAfterTheBytesAndIsNeverAnEnd() {
        assumeLinux();
        withTransport(driver -> {
            for (int i = 1; i <= 20; i++) {
                CountDownLatch connected = latch(1);
                RecordedConnection connection = driver.connected(peerServer(then(peer -> {
                    connected.await();
                    peer.send("last words").reset();
                }, peer -> { })));
                connected.countDown();
                awaitSent(driver);
                connection.resume();
                driver.until("the failure", () -> connection.saw("failed"));
                assertEquals("connected received failed", connection.trace());
                assertEquals("last words", new String(connection.bytes(), UTF_8));
            }
        });
    }

    @Rule("SEAM-013")
    void aResetAfterTheEndIsTold() {
        withTransport(driver -> {
            CountDownLatch ended = latch(1);
            RecordedConnection connection =
                    driver.connected(peerServer(peer -> peer.end().await(ended).reset())).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            driver.quiet();
            assertEquals("connected inputEnded", connection.trace(), "before the reset");
            ended.countDown();
            driver.until("the failure", () -> connection.saw("failed"));
            pollOn(driver);
            assertEquals("connected inputEnded failed", connection.trace(), "once");
        });
    }

    @Rule({"SEAM-013", "SEAM-005"})
    void whoHadABufferLentAtTheEndIsToldOfTheResetWhenItIsWritten() {
        int size = 1 << 20;
        withTransport(driver -> {
            CountDownLatch ended = latch(1);
            CountDownLatch written = latch(1);
            RecordedConnection connection = driver.connected(smallPeerServer(peer -> {
                peer.end().await(ended).read(size);
                peer.await(written).reset();
            }), SocketOptions.defaults().withBufferSizes(0, 16 * 1024));
            int taken = connection.write(ByteBuffer.allocateDirect(size));
            connection.resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            assertTrue(taken + connection.written() < size, "a peer that does not read was sent everything");
            ended.countDown();
            driver.until("all is written", () -> taken + connection.written() == size);
            driver.quiet();
            assertFalse(connection.saw("failed"), "before the reset");
            written.countDown();
            driver.until("the failure", () -> connection.saw("failed"));
        });
    }

    /** They are found by one look, of which the first closes the others. */
    @Rule({"SEAM-013", "SEAM-006"})
    void whoIsClosedByTheFirstOfManyThatWereResetHearsOfNoReset() {
        withTransport(driver -> {
            CountDownLatch ended = latch(1);
            AtomicInteger reset = new AtomicInteger();
            int port = peerServer(peer -> {
                peer.end().await(ended).reset();
                reset.incrementAndGet();
            });
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                connections.add(driver.connected(port).resume());
            }
            driver.until("the ends", () -> connections.stream().allMatch(c -> c.saw("inputEnded")));
            connections.forEach(c -> c.on("failed", () -> connections.forEach(RecordedConnection::close)));
            ended.countDown();
            until(() -> reset.get() >= 10, () -> "only " + reset + " were reset"); // without a poll
            driver.until("all are closed", () -> connections.stream().allMatch(RecordedConnection::isClosed));
            pollOn(driver);
            long told = connections.stream().filter(c -> c.saw("failed")).count();
            assertEquals(1, told, () -> connections.stream().map(RecordedConnection::trace).toList().toString());
        });
    }

    @Rule("SEAM-013")
    void whatHasEndedBothWaysIsNotReset() {
        withTransport(driver -> {
            RecordedConnection first = driver.connected(peerServer(peer -> peer.readAll())).resume();
            first.connection().shutdownOutput();
            RecordedConnection last = driver.connected(peerServer(peer -> peer.end().readAll())).resume();
            driver.until("the ends", () -> first.saw("inputEnded") && last.saw("inputEnded"));
            last.connection().shutdownOutput();
            pollOn(driver);
            assertEquals("connected inputEnded", first.trace(), "the one that ended first");
            assertEquals("connected inputEnded", last.trace(), "the one that ended last");
        });
    }

    /** For so long that a transport that looks for resets has looked twice. */
    private void pollOn(SeamDriver driver) throws IOException {
        int polls = 0;
        long end = nanoTime() + TWO_LOOKS.toNanos();
        for (long left; (left = end - nanoTime()) > 0; polls++) {
            driver.poll(left);
        }
        assertTrue(polls <= 50, polls + " polls in " + TWO_LOOKS);
    }

    /** More than are looked at in one go, and meanwhile there are more and more of them. */
    @Rule({"SEAM-013", "HALF-008"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void theLastOfHundredsIsLookedAtThoughOthersEndMeanwhile() {
        int many = 250;
        Descriptors.assume(2 * many + 200);
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                connections.add(endedFromTheOtherSide(driver, acceptor));
            }
            CountDownLatch ended = latch(1);
            RecordedConnection last = driver.connected(peerServer(peer -> peer.end().await(ended).reset())).resume();
            driver.until("the end", () -> last.saw("inputEnded"));
            ended.countDown();
            long next = nanoTime();
            long limit = nanoTime() + limits().mustHappen().toNanos();
            while (!last.saw("failed") && nanoTime() < limit) {
                if (nanoTime() >= next) {
                    next = nanoTime() + ANOTHER_ENDS.toNanos();
                    endedFromTheOtherSide(driver, acceptor);
                }
                driver.poll(ANOTHER_ENDS.toNanos());
            }
            assertEquals("connected inputEnded failed", last.trace());
        });
    }

    private static RecordedConnection endedFromTheOtherSide(SeamDriver driver, RecordedAcceptor acceptor) throws IOException {
        int before = acceptor.accepted().size();
        RecordedConnection connection = driver.connected(acceptor.port()).resume();
        driver.until("accepted", () -> acceptor.accepted().size() > before);
        acceptor.accepted().get(before).connection().shutdownOutput();
        driver.until("the end", () -> connection.saw("inputEnded"));
        return connection;
    }
}
