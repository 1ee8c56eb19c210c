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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Chapter SEAM of the specification: what goes on outside of polls, and what must not, above all where an engine completes. */
public abstract class SeamUnderWayRules extends SeamChapter {

    private static final int SMALL = 16 * 1024;
    private static final int READY = 20;

    @Rule("SEAM-014")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void aConnectIsUnderWayWhenItReturns() {
        CountDownLatch accepted = latch(1);
        withTransport(driver -> {
            driver.connect(peerServer(peer -> {
                accepted.countDown();
                peer.hold();
            }));
            await(accepted, "the peer sees the connection without a poll");
        });
    }

    @Rule("SEAM-014")
    void whatWasWrittenIsUnderWayThoughNoPollFollows() {
        CountDownLatch arrived = latch(1);
        CountDownLatch ended = latch(1);
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                assertEquals("hello", peer.readText(5));
                arrived.countDown();
                assertEquals("", peer.readAllText());
                ended.countDown();
                peer.hold();
            })).resume();
            driver.poll(0);
            ByteBuffer bytes = RecordedConnection.direct("hello".getBytes(UTF_8));
            int taken = connection.offer(bytes);
            int lent = bytes.hasRemaining() ? connection.write(bytes) : 0;
            await(arrived, "the peer has it without a poll");
            driver.until("all is written", () -> taken + lent + connection.written() == 5);
            connection.connection().shutdownOutput();
            await(ended, "the peer sees the end of the output without a poll");
        });
    }

    @Rule("SEAM-014")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void whatIsAskedInsideAnEventIsUnderWayWhenThatPollIsOver() {
        CountDownLatch greeted = latch(1);
        CountDownLatch arrived = latch(1);
        CountDownLatch accepted = latch(1);
        withTransport(driver -> {
            int other = peerServer(peer -> {
                accepted.countDown();
                peer.hold();
            });
            RecordedConnection connection = driver.connect(peerServer(peer -> {
                assertEquals("hello", peer.readText(5));
                greeted.countDown();
                peer.send("ping");
                assertEquals("pong", peer.readText(4));
                arrived.countDown();
                peer.hold();
            }));
            int[] left = new int[1];
            connection.on("connected", () -> left[0] = send(connection, "hello"));
            driver.until("connected", () -> connection.saw("connected"));
            await(greeted, "the peer is greeted without another poll");
            driver.until("all is written", () -> connection.written() == left[0]);
            connection.on("received", () -> {
                hanging(driver, other);
                send(connection, "pong");
            }).resume();
            driver.until("received", () -> connection.saw("received"));
            await(arrived, "the peer has the answer without another poll");
            await(accepted, "the other peer sees the connection without another poll");
        });
    }

    /** All are ready for the same poll, and an engine may hand over together what they answer. */
    @Rule("SEAM-014")
    void whatManyAnswerInOnePollIsUnderWayWhenItIsOver() {
        CountDownLatch sent = latch(READY);
        CountDownLatch answered = latch(READY);
        withTransport(driver -> {
            List<RecordedConnection> ready = new ArrayList<>();
            for (int i = 0; i < READY; i++) {
                ready.add(driver.connected(peerServer(peer -> {
                    peer.send("ping");
                    sent.countDown();
                    assertEquals("pong", peer.readText(4));
                    answered.countDown();
                    peer.hold();
                })));
            }
            await(sent, "the peers have sent");
            ready.forEach(each -> each.on("received", () -> send(each, "pong")).resume());
            driver.until("all have received", () -> ready.stream().allMatch(each -> each.saw("received")));
            await(answered, "all peers have the answer without another poll");
        });
    }

    /** Returns how much of it is left to be reported. */
    private static int send(RecordedConnection connection, String text) {
        try {
            ByteBuffer bytes = RecordedConnection.direct(text.getBytes(UTF_8));
            connection.offer(bytes);
            return bytes.hasRemaining() ? bytes.remaining() - connection.write(bytes) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An engine may find out in a call that something is done, and keep it for the next poll. */
    @Rule({"SEAM-008", "SEAM-014"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void aPollThatSaysDrainedHasToldWhatWasDoneBeforeItAndWhatHasComeSince() {
        CountDownLatch asked = latch(1);
        CountDownLatch sent = latch(1);
        withTransport(driver -> {
            RecordedConnection reading = driver.connected(peerServer(peer -> {
                await(asked, "the other one connects");
                peer.send("hello");
                sent.countDown();
                peer.hold();
            })).resume();
            int other = peerServer(Peer::hold);
            driver.quiet();
            RecordedConnection connecting = driver.connect(other);
            asked.countDown();
            await(sent, "the peer has sent");
            boolean drained;
            do {
                drained = driver.poll(0);
            } while (!drained);
            assertEquals("connected", connecting.trace());
            assertEquals("connected received", reading.trace());
        });
    }

    private void await(CountDownLatch latch, String what) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "not so: " + what);
    }

    /** With a read under way, which an engine may have to end first. */
    @Rule("SEAM-006")
    void thePeerSeesTheEndOfAConnectionThatWasReading() {
        CountDownLatch ended = latch(1);
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                peer.readAll();
                ended.countDown();
            })).resume();
            driver.quiet();
            connection.close();
            while (!connection.isClosed()) {
                driver.poll(-1);
            }
            await(ended, "the peer sees the end when closed is told");
        });
    }

    /** All are ready for the same poll; the first that is told closes the others, whose numbers are free for new ones. */
    @Rule({"SEAM-006", "SEAM-003"})
    void whoTakesThePlaceOfAnotherGetsNothingOfIt() {
        CountDownLatch sent = latch(READY);
        withTransport(driver -> {
            int silent = silentPort();
            List<RecordedConnection> ready = new ArrayList<>();
            for (int i = 0; i < READY; i++) {
                ready.add(driver.connected(peerServer(peer -> {
                    peer.send("hello").end();
                    sent.countDown();
                    peer.hold();
                })));
            }
            await(sent, "the peers have sent");
            List<RecordedConnection> fresh = new ArrayList<>();
            ready.forEach(each -> each.on("received", () -> {
                ready.forEach(RecordedConnection::close);
                ready.forEach(gone -> fresh.add(hanging(driver, silent)));
            }).resume());
            driver.until("all are closed", () -> ready.stream().allMatch(RecordedConnection::isClosed));
            driver.quiet();
            assertEquals(READY, fresh.size());
            fresh.forEach(each -> assertEquals("", each.trace(), () -> "of one that does not get connected: " + each.failure()));
        });
    }

    private static RecordedConnection hanging(SeamDriver driver, int port) {
        try {
            return driver.connect(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it is not asked for an engine must not read either: nobody bounds its memory. */
    @Rule("SEAM-011")
    void thePeerOfAPausedConnectionStalls() {
        int much = 64 * 1024 * 1024;
        AtomicLong sent = new AtomicLong();
        PeerScript hose = peer -> {
            byte[] piece = new byte[SMALL];
            try {
                while (sent.get() < much) {
                    peer.send(piece);
                    sent.addAndGet(piece.length);
                }
            } catch (IOException e) {
                // It was closed meanwhile, which is what it waits for.
            }
        };
        SocketOptions small = SocketOptions.defaults().withBufferSizes(SMALL, 0);
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(hose), small);
            connection.on("received", connection::pause).resume();
            driver.until("received", () -> connection.saw("received"));
            for (long before = -1; before != sent.get() && sent.get() < much; ) {
                before = sent.get();
                driver.quiet();
            }
            assertTrue(sent.get() < much, "the peer was not stalled");
        });
    }

    @Rule("SEAM-007")
    void anAcceptorThatIsPausedInsideItsEventLosesNobody() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            List<RecordedConnection> clients = new ArrayList<>();
            for (int i = 0; i < READY; i++) {
                clients.add(driver.connect(acceptor.port()));
            }
            acceptor.onAccepted(each -> acceptor.acceptor().pauseAccepting());
            driver.until("accepted", () -> !acceptor.accepted().isEmpty());
            driver.quiet();
            int atOnce = acceptor.accepted().size();
            driver.quiet();
            assertEquals(atOnce, acceptor.accepted().size(), "it goes on accepting while paused");
            acceptor.onAccepted(each -> { }).acceptor().resumeAccepting();
            driver.until("all are accepted", () -> acceptor.accepted().size() == READY
                    && clients.stream().allMatch(client -> client.saw("connected")));
            for (RecordedConnection client : clients) {
                client.resume();
            }
            acceptor.accepted().forEach(RecordedConnection::resume);
            driver.quiet();
            clients.forEach(client -> assertEquals("connected", client.trace()));
        });
    }

    /** Core lets another thread close a loop whose owner is dead (THREAD-002). */
    @Rule({"SEAM-015", "SEAM-006", "SEAM-010"})
    void anotherThreadReleasesWhatADeadOwnerLeft() {
        CountDownLatch ended = latch(2);
        PeerScript script = peer -> {
            peer.readAll();
            ended.countDown();
        };
        withTransport(living -> {
            int port = peerServer(script);
            int silent = silentPort();
            Orphans orphans = new Orphans();
            int before = descriptorCount();
            CountDownLatch left = latch(1);
            Thread[] owner = new Thread[1];
            helper(() -> {
                owner[0] = Thread.currentThread();
                orphans.make(living.another(open()), port, silent, script);
                left.countDown();
            });
            await(left, "the owner has made what it leaves");
            until(() -> !owner[0].isAlive(), () -> "the owner does not end");
            orphans.release();
            await(ended, "both peers see the end");
            living.until("every descriptor is gone", () -> descriptorCount() <= before);
        });
    }

    private final class Orphans {

        // Of peers, one of which ends at once, and one does not read yet.
        private final int ending = peerServer(peer -> peer.end().drain());
        private final CountDownLatch released = latch(1);
        private final int stalling = smallPeerServer(peer -> peer.await(released).drain());

        private SeamDriver driver;
        private RecordedAcceptor acceptor;
        private List<RecordedConnection> connections;

        void make(SeamDriver leaving, int port, int silent, PeerScript script) throws IOException {
            driver = leaving;
            acceptor = driver.listen(0);
            peer(acceptor.port(), script);
            connections = new ArrayList<>(Arrays.asList(driver.connected(port).resume(), driver.connect(silent)));
            driver.until("accepted", () -> acceptor.accepted().size() == 1);
            connections.add(acceptor.accepted().get(0).resume());
            RecordedConnection ending = driver.connected(this.ending).resume();
            connections.add(ending);
            driver.until("the end", () -> ending.saw("inputEnded"));
            RecordedConnection sending = driver.connected(stalling);
            connections.add(sending);
            sending.write(ByteBuffer.allocateDirect(4 << 20));
            driver.poll(0);
        }

        void release() throws IOException {
            driver.inherit();
            acceptor.close();
            connections.forEach(RecordedConnection::close);
            driver.until("all is released",
                    () -> acceptor.isClosed() && connections.stream().allMatch(RecordedConnection::isClosed));
            connections.forEach(each -> assertFalse(each.saw("failed"), each::toString));
            released.countDown();
            driver.transport().close();
            driver.transport().close();
        }
    }
}
