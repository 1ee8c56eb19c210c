package dev.anyloop.tck.rules.seam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter SEAM of the specification: how connections are accepted. */
public abstract class SeamAcceptRules extends SeamChapter {

    @Rule("SEAM-003")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.READ_AHEAD)
    void anAcceptedConnectionIsToldInsideThePollAndStartsPaused() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            peer(acceptor.port(), peer -> peer.send("hello").hold());
            driver.until("accepted", () -> acceptor.accepted().size() == 1);
            RecordedConnection connection = acceptor.accepted().get(0);
            driver.quiet();
            assertEquals("", connection.trace());
            connection.resume();
            driver.until("5 bytes", () -> connection.byteCount() == 5);
            assertEquals("received", connection.trace());
        });
    }

    @Rule("SEAM-003")
    void aBindThatFailsIsThrownByListen() {
        withTransport(driver -> {
            int port = driver.listen(0).port();
            assertThrows(IOException.class, () -> driver.listen(port));
            driver.quiet();
        });
    }

    @Rule("SEAM-003")
    void aConnectionMayBeUsedInsideTheEventThatBringsIt() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0).onAccepted(connection -> greet(connection.resume()));
            AtomicInteger greeted = new AtomicInteger();
            peer(acceptor.port(), peer -> {
                assertEquals("welcome", peer.readText(7));
                greeted.incrementAndGet();
                peer.send("thanks").end().hold();
            });
            driver.until("greeted", () -> greeted.get() == 1);
            RecordedConnection connection = acceptor.accepted().get(0);
            driver.until("the end", () -> connection.saw("inputEnded"));
            assertEquals("thanks", new String(connection.bytes(), UTF_8));
        });
    }

    private static void greet(RecordedConnection connection) {
        try {
            connection.write("welcome");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Rule("SEAM-006")
    void aConnectionMayBeClosedInsideTheEventThatBringsIt() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0).onAccepted(RecordedConnection::close);
            peer(acceptor.port(), Peer::drain);
            driver.until("closed", () -> acceptor.accepted().size() == 1 && acceptor.accepted().get(0).isClosed());
        });
    }

    private static RecordedConnection nextOf(SeamDriver driver, RecordedAcceptor acceptor) throws IOException {
        int before = acceptor.accepted().size();
        driver.until("one more is accepted", () -> acceptor.accepted().size() > before);
        return acceptor.accepted().get(before);
    }

    @Rule("SEAM-003")
    void bothEndsKnowTheirAddresses() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            RecordedConnection client = driver.connected(acceptor.port());
            driver.until("accepted", () -> acceptor.accepted().size() == 1);
            RecordedConnection server = acceptor.accepted().get(0);
            assertEquals(new InetSocketAddress(LOCALHOST, acceptor.port()), client.connection().remoteAddress());
            assertEquals(client.connection().remoteAddress(), server.connection().localAddress());
            assertEquals(client.connection().localAddress(), server.connection().remoteAddress());
            BlockingQueue<InetSocketAddress> address = queue();
            peer(acceptor.port(), peer -> {
                address.add(peer.localAddress());
                peer.hold();
            });
            RecordedConnection next = nextOf(driver, acceptor);
            driver.until("the peer is there", () -> !address.isEmpty());
            assertEquals(address.remove(), next.connection().remoteAddress());
        });
    }

    @Rule("SEAM-006")
    void aClosedAcceptorAcceptsNothingMore() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            int port = acceptor.port();
            driver.connected(port);
            driver.until("accepted", () -> acceptor.accepted().size() >= 1);
            acceptor.close();
            while (!acceptor.isClosed()) {
                driver.poll(-1);
            }
            int before = acceptor.accepted().size();
            driver.quiet();
            assertEquals(before, acceptor.accepted().size());
            assertEquals("", acceptor.accepted().get(0).trace(), "what was accepted stays open");
        });
    }

    /** All of them are there when the first is told, and an engine may have accepted some of them with it. */
    @Rule("SEAM-006")
    void anAcceptorThatIsClosedInsideItsEventTellsOfNobodyElse() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            int port = acceptor.port();
            for (int i = 0; i < 20; i++) {
                driver.connect(port);
            }
            acceptor.onAccepted(first -> acceptor.close());
            driver.until("closed", acceptor::isClosed);
            driver.quiet();
            assertEquals(1, acceptor.accepted().size());
        });
    }

    @Rule("SEAM-007")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void aPausedAcceptorLeavesPeersInTheBacklog() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            driver.poll(0);
            acceptor.acceptor().pauseAccepting();
            driver.poll(0);
            RecordedConnection client = driver.connected(acceptor.port());
            driver.quiet();
            assertTrue(acceptor.accepted().isEmpty(), "accepted while paused");
            acceptor.acceptor().resumeAccepting();
            driver.until("accepted", () -> acceptor.accepted().size() == 1);
            assertEquals("connected", client.trace());
        });
    }

    /** Who was accepted before the pause took hold is told after it; and whoever has told somebody anything does not wait then. */
    @Rule("SEAM-008")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void aPollThatTellsOfWhoCameBeforeAPauseDoesNotWaitAfterwards() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            acceptor.onAccepted(connection -> acceptor.acceptor().pauseAccepting());
            List<RecordedConnection> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) { // at once, so that they may be accepted at once
                clients.add(driver.connect(acceptor.port()));
            }
            driver.until("all are connected", () -> clients.stream().allMatch(client -> client.saw("connected")));
            driver.until("the first is accepted", () -> !acceptor.accepted().isEmpty());
            driver.quiet();
            acceptor.onAccepted(connection -> greet(connection.resume()));
            acceptor.acceptor().resumeAccepting();
            long start = nanoTime();
            while (acceptor.accepted().size() < 5) {
                driver.poll(limits().mustHappen().toNanos());
                assertTrue(nanoTime() - start < limits().mustHappen().toNanos(), "poll waits though it has something to tell");
            }
        });
    }

    /** Each that is accepted brings the next, so that there is always one more until the other has had its turn. */
    @Rule("SEAM-008")
    void anAcceptorThatAlwaysHasMoreLeavesOthersTheirTurn() {
        withTransport(driver -> {
            RecordedAcceptor other = driver.listen(0);
            RecordedAcceptor acceptor = driver.listen(0);
            int[] before = {-1};
            acceptor.onAccepted(connection -> {
                connection.close();
                if (acceptor.accepted().size() == 1) {
                    connectAnother(driver, other.port());
                }
                if (!other.accepted().isEmpty() && before[0] < 0) {
                    before[0] = acceptor.accepted().size();
                }
                if (before[0] < 0 && acceptor.accepted().size() < 1_000) {
                    connectAnother(driver, acceptor.port());
                }
            });
            driver.connect(acceptor.port());
            driver.until("the others are accepted", () -> before[0] > 0 || acceptor.accepted().size() >= 1_000);
            assertTrue(before[0] > 0 && before[0] < 500, "only after " + before[0]);
        });
    }

    private static void connectAnother(SeamDriver driver, int port) {
        try {
            RecordedConnection next = driver.connect(port);
            next.on("connected", next::close);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Rule("SEAM-006")
    void manyConnectionsAtOnceAreAllAcceptedAndReleased() {
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            for (int i = 0; i < 200; i++) {
                driver.connect(acceptor.port());
            }
            for (int next = 50; next <= 200; next += 50) { // over TLS all of them are seconds of work for a busy machine
                int some = next;
                driver.until(some + " are accepted", () -> acceptor.accepted().size() >= some);
            }
            assertEquals(200, acceptor.accepted().size());
        });
    }

    /** And it is closed once: what has got its descriptor since is not closed with the transport. */
    @Rule({"SEAM-002", "SEAM-006", "SEAM-010"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void aConnectionThatCoreHasNoMemoryForIsClosedAndTold() {
        withTransport(driver -> {
            int port = peerServer(peer -> peer.send(peer.read(5)).hold());
            SeamDriver other = driver.another(open());
            RecordedAcceptor acceptor = other.listen(0).refuseNext(new OutOfMemoryError("as it were"));
            AtomicInteger ended = new AtomicInteger();
            peer(acceptor.port(), peer -> {
                drainUntilCut(peer);
                ended.incrementAndGet();
            });
            other.until("it is told", () -> acceptor.failures() == 1);
            other.until("its peer sees the end", () -> ended.get() == 1);
            List<RecordedConnection> since = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                since.add(driver.connected(port).resume());
            }
            peer(acceptor.port(), SeamAcceptRules::drainUntilCut);
            other.until("another is accepted", () -> acceptor.accepted().size() == 1);
            other.transport().close();
            for (RecordedConnection connection : since) {
                connection.write("hello");
                driver.until("an answer", () -> connection.byteCount() == 5);
            }
        });
    }

    private static void drainUntilCut(Peer peer) {
        try {
            peer.readAll();
        } catch (IOException e) {
            // It is cut all the same.
        }
    }
}
