package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.RecordedPort;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Chapter SEAM of the specification: how handles are released. */
public abstract class SeamReleaseRules extends SeamChapter {

    private static final int TOGETHER = 5;

    /** In which what the peers do arrives. */
    private static final Duration UNTIL_READY = Duration.ofMillis(15);

    private static final int ROUNDS = 60;
    private static final int MOST_AT_ONCE = 15;

    /** The poll may wait for ever, except that it must not while a release is outstanding. */
    private static void closeAndAwait(SeamDriver driver, RecordedConnection connection) throws IOException {
        connection.close();
        while (!connection.isClosed()) {
            driver.poll(-1);
        }
    }

    @Rule("SEAM-006")
    void aPollDoesNotWaitWhileAReleaseIsOutstanding() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(Peer::hold));
            closeAndAwait(driver, connection);
            assertEquals("connected closed", connection.trace());
        });
    }

    @Rule({"SEAM-006", "SEAM-003"})
    void afterCloseOnlyClosedFollows() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(Peer::drain)).resume();
            RecordedConnection firehose = driver.connected(peerServer(SeamReleaseRules::sendForEver)).resume();
            driver.until("received", () -> firehose.saw("received"));
            connection.write("hello");
            firehose.close();
            connection.close();
            driver.until("both are closed", () -> firehose.isClosed() && connection.isClosed());
            driver.quiet();
            assertEquals("connected received closed", firehose.trace());
        });
    }

    private static void sendForEver(Peer peer) {
        try {
            while (true) {
                peer.send(new byte[10_000]);
            }
        } catch (IOException e) {
            // The other end has closed, which is what it waits for.
        }
    }

    @Rule("SEAM-006")
    void aConnectionThatConnectsIsClosedWithoutAnotherWord() {
        withTransport(driver -> {
            RecordedConnection hanging = driver.connect(silentPort());
            RecordedConnection fresh = driver.connect(peerServer(Peer::drain));
            driver.poll(0);
            if (!fresh.saw("connected")) {
                closeAndAwait(driver, fresh);
                assertEquals("closed", fresh.trace());
            }
            closeAndAwait(driver, hanging);
            assertEquals("closed", hanging.trace());
        });
    }

    @Rule({"SEAM-006", "SEAM-007"})
    void aConnectionThatFailedIsReleasedByItsClose() {
        withTransport(driver -> {
            CountDownLatch connected = latch(1);
            RecordedConnection connection = driver.connected(peerServer(peer -> {
                connected.await();
                peer.reset();
            })).resume();
            connected.countDown();
            driver.until("failed", () -> connection.saw("failed"));
            closeAndAwait(driver, connection);
            assertEquals("connected failed closed", connection.trace());
        });
    }

    @Rule({"SEAM-006", "SEAM-005"})
    void aLentBufferDoesNotKeepAConnectionFromItsRelease() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(smallPeerServer(Peer::hold));
            connection.write(ByteBuffer.allocateDirect(8 << 20));
            closeAndAwait(driver, connection);
        });
    }

    @Rule("SEAM-006")
    void closedComesWhenTheDescriptorIsGone() {
        withTransport(driver -> {
            AtomicInteger peers = new AtomicInteger();
            int port = peerServer(peer -> {
                peers.incrementAndGet();
                peer.hold();
            });
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                connections.add(driver.connected(port));
            }
            driver.until("all peers are there", () -> peers.get() == 10);
            int before = descriptorCount();
            List<Integer> seen = new ArrayList<>();
            for (RecordedConnection connection : connections) {
                connection.on("closed", () -> seen.add(descriptorCount()));
                closeAndAwait(driver, connection);
            }
            for (int i = 0; i < 10 && before > 0; i++) {
                assertTrue(seen.get(i) <= before - i - 1, seen + " descriptors, " + before + " before");
            }
        });
    }

    @Rule("SEAM-006")
    void aPortIsFreeInsideTheClosedOfItsAcceptor() {
        withTransport(driver -> {
            for (int i = 0; i < 10; i++) {
                RecordedAcceptor acceptor = driver.listen(0);
                int port = acceptor.port();
                acceptor.onClosed(() -> bindAndClose(port)).close();
                while (!acceptor.isClosed()) {
                    driver.poll(-1);
                }
            }
        });
    }

    private void bindAndClose(int port) {
        try {
            peers().listen(LOCALHOST, port).close();
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " is still bound", e);
        }
    }

    @Rule("SEAM-006")
    void theCloseOfOneConnectionInTheEventOfAnotherHoldsAtOnce() {
        withTransport(driver -> {
            AtomicInteger sent = new AtomicInteger();
            PeerScript script = peer -> {
                peer.send("hello");
                sent.incrementAndGet();
                peer.hold();
            };
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                connections.add(driver.connected(peerServer(script)));
            }
            driver.until("all have sent", () -> sent.get() >= 20);
            connections.forEach(c -> c.on("received", () -> connections.forEach(RecordedConnection::close)).resume());
            driver.until("all are closed", () -> connections.stream().allMatch(RecordedConnection::isClosed));
            assertEquals(1, connections.stream().filter(c -> c.saw("received")).count());
        });
    }

    /** Whatever it is that they are ready for. */
    @Rule({"SEAM-006", "SEAM-003", "SEAM-007"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void theFirstOfThoseThatAreReadyTogetherMayCloseTheOthers() {
        int refusing = refusingPort();
        withTransport(driver -> {
            firstClosesAll("connected", driver, connecting(driver, peerServer(Peer::drain)));
            firstClosesAll("failed", driver, connecting(driver, refusing));
            CountDownLatch ended = latch(1);
            List<RecordedConnection> ending = reading(driver, peerServer(peer -> peer.await(ended).end().drain()));
            ended.countDown();
            firstClosesAll("inputEnded", driver, ending);
            CountDownLatch reset = latch(1);
            List<RecordedConnection> failing = reading(driver, peerServer(peer -> peer.await(reset).reset()));
            reset.countDown();
            firstClosesAll("failed", driver, failing);
            CountDownLatch read = latch(1);
            List<RecordedConnection> sending = reading(driver, smallPeerServer(peer -> peer.await(read).drain()));
            for (RecordedConnection connection : sending) {
                connection.write(RecordedConnection.direct(new byte[big()]));
            }
            driver.poll(0);
            read.countDown();
            firstClosesAll("written", driver, sending);
        });
    }

    private static List<RecordedConnection> connecting(SeamDriver driver, int port) throws IOException {
        List<RecordedConnection> connections = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            connections.add(driver.connect(port));
        }
        return connections;
    }

    private static List<RecordedConnection> reading(SeamDriver driver, int port) throws IOException {
        List<RecordedConnection> connections = connecting(driver, port);
        driver.until("connected", () -> connections.stream().allMatch(each -> each.saw("connected")));
        connections.forEach(RecordedConnection::resume);
        return connections;
    }

    private void firstClosesAll(String event, SeamDriver driver, List<RecordedConnection> connections) throws IOException {
        connections.forEach(each -> each.on(event, () -> connections.forEach(RecordedConnection::close)));
        block(UNTIL_READY);
        driver.until("all are closed", () -> connections.stream().allMatch(RecordedConnection::isClosed));
        assertTrue(connections.stream().anyMatch(each -> each.saw(event)), () -> event + ": " + connections);
    }

    @Rule("SEAM-010")
    void whatIsStillOpenGoesWithItsTransport() {
        withTransport(driver -> {
            AtomicInteger ended = new AtomicInteger();
            int port = peerServer(peer -> endOf(peer, ended));
            int silent = silentPort();
            int before = descriptorCount();
            Transport other = open();
            try {
                SeamDriver leaving = driver.another(other);
                leaving.connected(port);
                leaving.connect(silent);
                RecordedAcceptor acceptor = leaving.listen(0);
                peer(acceptor.port(), peer -> endOf(peer, ended));
                leaving.until("accepted", () -> acceptor.accepted().size() == 1);
            } finally {
                other.close();
            }
            driver.until("both peers see the end", () -> ended.get() == 2);
            driver.until("every descriptor is gone", () -> descriptorCount() <= before);
        });
    }

    /** By chance, and more and more of them. In the end all go, in the middle of whatever is on its way. */
    @Rule({"SEAM-006", "SEAM-010"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void howeverHandlesComeAndGoEachIsReleasedOnce() {
        withTransport(driver -> {
            int silent = silentPort();
            int before = descriptorCount();
            Transport other = open();
            try {
                SeamDriver going = driver.another(other);
                comeAndGo(going, silent);
            } finally {
                other.close();
            }
            driver.until("every descriptor is gone", () -> descriptorCount() <= before);
        });
    }

    private void comeAndGo(SeamDriver going, int silent) throws IOException {
        RecordedAcceptor acceptor = going.listen(0);
        boolean datagrams = going.transport().capabilities().contains(Capability.DATAGRAMS);
        List<RecordedConnection> connections = new ArrayList<>();
        List<RecordedPort> ports = new ArrayList<>();
        List<BooleanSupplier> closed = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int some = random().nextInt(1 + connections.size() / 2); some > 0; some--) {
                RecordedConnection gone = connections.remove(random().nextInt(connections.size()));
                gone.close();
                closed.add(gone::isClosed);
            }
            for (int some = random().nextInt(1 + ports.size()); some > 0; some--) {
                RecordedPort gone = ports.remove(random().nextInt(ports.size()));
                gone.close();
                closed.add(gone::isClosed);
            }
            for (int more = random().nextInt(MOST_AT_ONCE); more > 0; more--) {
                connections.add(going.connect(random().nextBoolean() ? silent : acceptor.port()));
                if (datagrams && random().nextInt(4) == 0) {
                    ports.add(going.datagrams().resume());
                }
            }
            if (round % 2 == 0) {
                going.poll(0);
            }
        }
        going.until("all are closed", () -> closed.stream().allMatch(BooleanSupplier::getAsBoolean));
        assertFalse(connections.stream().anyMatch(RecordedConnection::isClosed), "closed without close()");
        connections.subList(0, connections.size() / 2).forEach(RecordedConnection::close);
        ports.subList(0, ports.size() / 2).forEach(RecordedPort::close);
    }

    /** An engine may have accepted them before it heard of the pause. */
    @Rule({"SEAM-010", "SEAM-003"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.TAKES_POLLS)
    void whoCameBeforeAPauseGoesUntoldWithItsTransport() {
        withTransport(driver -> {
            int before = descriptorCount();
            CountDownLatch connected = latch(5);
            AtomicInteger ended = new AtomicInteger();
            Transport other = open();
            try {
                SeamDriver leaving = driver.another(other);
                RecordedAcceptor acceptor = leaving.listen(0);
                for (int i = 0; i < 5; i++) {
                    peer(acceptor.port(), peer -> {
                        connected.countDown();
                        cutOf(peer, ended);
                    });
                }
                connected.await(); // all of them, so that they may be accepted at once
                acceptor.onAccepted(first -> acceptor.acceptor().pauseAccepting());
                leaving.until("the first is accepted", () -> !acceptor.accepted().isEmpty());
                acceptor.acceptor().resumeAccepting();
            } finally {
                other.close();
            }
            driver.until("all peers are cut", () -> ended.get() == 5);
            driver.until("every descriptor is gone", () -> descriptorCount() <= before);
        });
    }

    private static void cutOf(Peer peer, AtomicInteger ended) {
        try {
            endOf(peer, ended);
        } catch (IOException e) {
            ended.incrementAndGet(); // as whom nobody accepted
        }
    }

    private static void endOf(Peer peer, AtomicInteger ended) throws IOException {
        peer.readAll();
        ended.incrementAndGet();
    }
}
