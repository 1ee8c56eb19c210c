package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.RecordedPort;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Chapter SEAM of the specification: the same is told by polls that may wait for ever, by polls that may wait for long, and by those
 * that need not wait because each has something else to tell. Other chapters poll for a few milliseconds at a time.
 */
public abstract class SeamWaitingRules extends SeamChapter {

    private static final long LONG_NANOS = Duration.ofMinutes(1).toNanos(); // longer than a test may take
    private static final int MUCH = 1 << 20;
    private static final int MORE_THAN_IS_READ = 32 << 20;

    /** What else a loop does between two polls, and how many of these take longer than an engine may take to look for a reset. */
    private static final Duration TURN = Duration.ofMillis(5);
    private static final int MOST_TURNS = 300;

    /** A callback that takes as long as this keeps an engine from the time to look for a reset. */
    private static final Duration LATE = Duration.ofMillis(700);

    private static final int SOME = 10;
    private static final Duration TOGETHER = Duration.ofSeconds(2);
    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(16 * 1024, 16 * 1024);

    @Rule({"SEAM-006", "SEAM-008", "SEAM-013"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void aPollWithoutALimitEndsForWhateverThereIsToTell() {
        everythingIsToldByPollsOf(-1);
    }

    /** As those are that wait for a timer. */
    @Rule({"SEAM-006", "SEAM-008", "SEAM-013"})
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void aPollWithAFarLimitEndsForWhateverThereIsToTell() {
        everythingIsToldByPollsOf(LONG_NANOS);
    }

    private void everythingIsToldByPollsOf(long timeoutNanos) {
        withTransport(driver -> {
            driver.step(timeoutNanos);
            refused(driver);
            bothEnds(driver);
            resetAfterTheEnd(driver);
            if (driver.transport().capabilities().contains(Capability.DATAGRAMS)) {
                datagram(driver);
            }
        });
    }

    private void refused(SeamDriver driver) throws IOException {
        RecordedConnection connection;
        try {
            connection = driver.connect(refusingPort());
        } catch (IOException e) {
            return; // at once, and no event follows
        }
        driver.until("failed", () -> connection.saw("failed"));
        closed(driver, connection);
    }

    private static void closed(SeamDriver driver, RecordedConnection connection) throws IOException {
        connection.close();
        driver.until("closed", connection::isClosed);
    }

    private void bothEnds(SeamDriver driver) throws IOException {
        RecordedAcceptor acceptor = driver.listen(address(0), SMALL);
        RecordedConnection one = driver.connect(acceptor.acceptor().localAddress(), SMALL);
        driver.until("connected and accepted", () -> one.saw("connected") && acceptor.accepted().size() == 1);
        acceptor.close();
        driver.until("closed", acceptor::isClosed);
        RecordedConnection other = acceptor.accepted().get(0).resume();
        int taken = one.write(ByteBuffer.allocateDirect(MUCH));
        driver.until("all is written", () -> taken + one.written() == MUCH);
        driver.until("all has come", () -> other.byteCount() == MUCH);
        one.resume();
        other.connection().shutdownOutput();
        driver.until("the end", () -> one.saw("inputEnded"));
        closed(driver, one);
        driver.until("the other end", () -> other.saw("inputEnded") || other.saw("failed"));
        closed(driver, other);
    }

    private void resetAfterTheEnd(SeamDriver driver) throws IOException {
        CountDownLatch ended = latch(1);
        RecordedConnection connection = ended(driver, peerServer(peer -> peer.end().await(ended).reset()));
        ended.countDown();
        driver.until("the reset", () -> connection.saw("failed"));
        closed(driver, connection);
    }

    private static void datagram(SeamDriver driver) throws IOException {
        RecordedPort port = driver.datagrams().resume();
        port.send("hello", port.address());
        driver.until("received", () -> !port.senders().isEmpty());
        port.close();
        driver.until("closed", port::isClosed);
    }

    /** Each poll is told not to wait, is woken besides, and has input of somebody else. */
    @Rule({"SEAM-013", "SEAM-006"})
    void aResetAfterTheEndIsToldByPollsThatAllHaveSomethingElseToDo() {
        int refusing = refusingPort();
        withTransport(driver -> {
            RecordedConnection busy = driver.connected(peerServer(peer -> peer.flood(MORE_THAN_IS_READ)));
            busy.on("received", busy::pause); // one chunk of what is there
            CountDownLatch ended = latch(1);
            RecordedConnection connection = ended(driver, peerServer(peer -> peer.end().await(ended).reset()));
            ended.countDown();
            List<RecordedConnection> closing = new ArrayList<>();
            while (closing.size() < MOST_TURNS && !connection.saw("failed")) {
                busy.resume();
                closing.add(driver.connect(refusing));
                closing.get(closing.size() - 1).close();
                driver.transport().wakeup();
                driver.poll(0);
                block(TURN);
            }
            assertEquals("connected inputEnded failed", connection.trace());
            closing.subList(0, closing.size() / 2).forEach(each -> assertTrue(each.isClosed(), "closed long ago, and not released"));
        });
    }

    /** In the one nothing else is to come, in the other a timer that is far away. */
    @Rule({"SEAM-008", "SEAM-013"})
    void aPollThatComesLateTellsOfTheResetAfterTheEndAtOnce() {
        withTransport(driver -> {
            SeamDriver other = driver.another(open());
            try {
                CountDownLatch ended = latch(1);
                int port = peerServer(peer -> peer.end().await(ended).reset());
                RecordedConnection connection = ended(driver, port);
                RecordedConnection another = ended(other, port);
                ended.countDown();
                block(LATE);
                driver.step(-1);
                driver.until("the reset", () -> connection.saw("failed"));
                other.step(LONG_NANOS);
                other.until("the reset", () -> another.saw("failed"));
            } finally {
                other.close();
            }
        });
    }

    /** Of a few times once at least, for the machine may be busy with something else. While another is looked at all the time. */
    @Rule("SEAM-013")
    void aResetAfterTheEndIsToldWithinASecond() {
        withTransport(driver -> {
            RecordedConnection other = ended(driver, peerServer(peer -> peer.end().drain()));
            long nanos = Long.MAX_VALUE;
            for (int times = 0; times < 4 && nanos >= Duration.ofSeconds(1).toNanos(); times++) {
                nanos = Math.min(nanos, Math.max(nanosToAReset(driver), nanosToAReset(driver)));
            }
            closed(driver, other);
            assertTrue(nanos < Duration.ofSeconds(1).toNanos(), nanos + " ns, and never less");
        });
    }

    private long nanosToAReset(SeamDriver driver) throws IOException {
        CountDownLatch ended = latch(1);
        RecordedConnection connection = ended(driver, peerServer(peer -> peer.end().await(ended).reset()));
        long start = nanoTime();
        ended.countDown();
        driver.until("the reset", () -> connection.saw("failed"));
        long nanos = nanoTime() - start;
        closed(driver, connection);
        return nanos;
    }

    /** They are not looked at one by one. */
    @Rule("SEAM-013")
    void theResetsOfSomeThatHaveEndedAreToldTogether() {
        withTransport(driver -> {
            long nanos = Long.MAX_VALUE;
            for (int times = 0; times < 3 && nanos >= TOGETHER.toNanos(); times++) {
                CountDownLatch ended = latch(1);
                int port = peerServer(peer -> peer.end().await(ended).reset());
                List<RecordedConnection> connections = new ArrayList<>();
                for (int i = 0; i < SOME; i++) {
                    connections.add(ended(driver, port));
                }
                long start = nanoTime();
                ended.countDown();
                driver.until("the resets", () -> connections.stream().allMatch(each -> each.saw("failed")));
                nanos = Math.min(nanos, nanoTime() - start);
                connections.forEach(RecordedConnection::close);
                driver.until("closed", () -> connections.stream().allMatch(RecordedConnection::isClosed));
            }
            assertTrue(nanos < TOGETHER.toNanos(), nanos + " ns, and never less");
        });
    }

    private static RecordedConnection ended(SeamDriver driver, int port) throws IOException {
        RecordedConnection connection = driver.connected(port).resume();
        driver.until("the end", () -> connection.saw("inputEnded"));
        return connection;
    }
}
