package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Chapter SEAM of the specification: poll, its timeout and wakeup. */
public abstract class SeamPollRules extends SeamChapter {

    private static final int FEW = 50;
    private static final int MANY = 1_200;
    private static final int[] READY = {31, 32, 33, 64, 256, MANY, 1_022, 1_023, 1_024, MANY, MANY, 1_024, 256, 64, 32};
    private static final int FIRST_WOKEN = 10;
    private static final int[] AT_FIRST = {33, 65, 129, 257};
    private static final int FLOOD = 4 * 1024 * 1024;
    private static final Duration LONG = Duration.ofMillis(150);
    private static final Duration MORE_THAN_A_SECOND = Duration.ofMillis(1_300);
    private static final Duration MUCH_MORE = Duration.ofMillis(1_900);

    @Rule("SEAM-008")
    void aPollOfZeroDoesNotWait() {
        withTransport(driver -> {
            for (int i = 0; i < 100; i++) {
                driver.poll(0);
            }
        });
    }

    @Rule({"SEAM-008", "SEAM-001"})
    void aNegativeTimeoutWaitsUntilAnotherThreadWakesIt() {
        waitsForAnotherThread(-1);
    }

    @Rule("SEAM-008")
    void theLongestTimeoutWaitsAsWell() {
        waitsForAnotherThread(Long.MAX_VALUE);
    }

    private void waitsForAnotherThread(long timeoutNanos) {
        withTransport(driver -> {
            AtomicBoolean woken = new AtomicBoolean();
            helper(() -> {
                block(limits().mustNotHappen());
                woken.set(true);
                driver.transport().wakeup();
            });
            int polls = 0;
            while (!woken.get()) {
                driver.poll(timeoutNanos);
                polls++;
            }
            assertTrue(polls <= FEW, "it returned " + polls + " times without a cause");
        });
    }

    @Rule("SEAM-009")
    void aWakeupBeforeThePollIsNotLost() {
        withTransport(driver -> {
            for (int i = 0; i < 20; i++) {
                driver.transport().wakeup();
                driver.poll(-1);
            }
        });
    }

    @Rule("SEAM-009")
    void aWakeupFromAnotherThreadIsNotLostWhateverItMeets() {
        withTransport(driver -> {
            int rounds = 2_000;
            AtomicBoolean[] answered = new AtomicBoolean[rounds];
            for (int i = 0; i < rounds; i++) {
                answered[i] = new AtomicBoolean();
            }
            AtomicBoolean asked = new AtomicBoolean();
            helper(() -> {
                for (AtomicBoolean answer : answered) {
                    asked.set(true);
                    driver.transport().wakeup();
                    while (!answer.get() && !Thread.currentThread().isInterrupted()) {
                        world().spin();
                    }
                }
            });
            for (AtomicBoolean answer : answered) {
                while (!asked.getAndSet(false)) {
                    driver.poll(-1);
                }
                answer.set(true);
            }
        });
    }

    @Rule("SEAM-009")
    void manyWakeupsEndOnePollAndNotEveryLaterOne() {
        withTransport(driver -> {
            for (int i = 0; i < 1_000; i++) {
                driver.transport().wakeup();
            }
            driver.poll(-1);
            assertTrue(pollsUntil(driver, limits().mustNotHappen()) <= FEW);
        });
    }

    @Rule("SEAM-008")
    void aTimeoutIsRoundedUpAndDoesNotSpin() {
        withTransport(driver -> {
            for (int micros = 100; micros < 3_000; micros += 237) {
                int polls = pollsUntil(driver, Duration.ofNanos(micros * 1_000L));
                assertTrue(polls <= 10, polls + " polls to wait for " + micros + " µs");
            }
        });
    }

    /** The best of some tries: a busy machine is late now and then. */
    @Rule("SEAM-008")
    void aWaitOfMoreThanASecondTakesNoLonger() {
        withTransport(driver -> {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 3 && best >= MUCH_MORE.toNanos(); i++) {
                long start = nanoTime();
                int polls = pollsUntil(driver, MORE_THAN_A_SECOND);
                assertTrue(polls <= FEW, polls + " polls to wait for " + MORE_THAN_A_SECOND);
                best = Math.min(best, nanoTime() - start);
            }
            assertTrue(best < MUCH_MORE.toNanos(), Duration.ofNanos(best) + " instead of " + MORE_THAN_A_SECOND);
        });
    }

    /** As a loop does that waits for a timer. */
    private int pollsUntil(SeamDriver driver, Duration wait) throws IOException {
        long end = nanoTime() + wait.toNanos();
        int polls = 0;
        for (long left; (left = end - nanoTime()) > 0; polls++) {
            driver.poll(left);
        }
        return polls;
    }

    @Rule("SEAM-008")
    void aPollThatFoundLittleSaysThatItWasNotFull() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> peer.send("hello").hold())).resume();
            driver.until("received", () -> connection.saw("received"));
            assertTrue(driver.poll(0), "an empty batch was called full");
        });
    }

    /** Nothing is ready of who has ended, who is paused, whose peer does not read, and who waits for somebody to come or to answer. */
    @Rule("SEAM-008")
    void aPollThatFoundNothingSaysThatItWasNotFullWhateverIsOpen() {
        int silent = silentPort();
        withTransport(driver -> {
            driver.listen(0);
            RecordedConnection ended = driver.connected(peerServer(peer -> peer.end().drain())).resume();
            driver.until("the end", () -> ended.saw("inputEnded"));
            driver.connected(peerServer(peer -> peer.send("not read").drain()));
            driver.connected(smallPeerServer(Peer::hold)).write(RecordedConnection.direct(new byte[big()]));
            driver.connect(silent);
            driver.quiet();
            boolean drained = false;
            for (int polls = 0; polls < FEW && !drained; polls++) {
                drained = driver.poll(0);
            }
            assertTrue(drained, "no poll says that it has told all");
        });
    }

    /** More than an engine may report at once, and a few that always have more. */
    @Rule("SEAM-008")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void nobodyIsToldOfASecondTimeBeforeAllThatWereReady() {
        int flooding = 10;
        withManyPairs((driver, connections, acceptor) -> {
            Set<Object> flooded = connections.stream().limit(flooding)
                    .map(connection -> connection.connection().localAddress()).collect(Collectors.toSet());
            send(driver, acceptor.accepted(), to -> flooded.contains(to.connection().remoteAddress()) ? FLOOD : 1);
            connections.forEach(RecordedConnection::resume);
            Set<RecordedConnection> told = new HashSet<>();
            boolean again = false;
            while (!again && told.size() < MANY) {
                int[] before = connections.stream().mapToInt(RecordedConnection::chunks).toArray();
                driver.poll(0);
                for (int i = 0; i < MANY; i++) {
                    boolean now = connections.get(i).chunks() > before[i];
                    again |= now && !told.add(connections.get(i));
                }
            }
            assertEquals(MANY, told.size(), "were told of when the first was told of again");
        });
    }

    /**
     * Around as many as engines report at once, and far over it; and again, because one may report more after it has seen a full
     * batch. In the end somebody wakes each poll, which may be one of the events that an engine asks for.
     */
    @Rule("SEAM-008")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void aPollThatSaysDrainedHasToldEverybody() {
        withManyPairs((driver, connections, acceptor) -> {
            Map<Object, RecordedConnection> senders = acceptor.accepted().stream().collect(
                    Collectors.toMap(each -> each.connection().remoteAddress(), each -> each));
            for (int i = 0; i < READY.length; i++) {
                int ready = READY[i];
                boolean woken = i >= FIRST_WOKEN;
                List<RecordedConnection> some = connections.subList(MANY - ready, MANY);
                long before = some.stream().mapToLong(RecordedConnection::byteCount).sum();
                send(driver, some.stream().map(each -> senders.get(each.connection().localAddress())).toList(), to -> 1);
                some.forEach(RecordedConnection::resume);
                boolean drained;
                do {
                    if (woken) {
                        driver.transport().wakeup();
                    }
                    drained = driver.poll(0);
                } while (!drained); // there may be more
                assertEquals(ready, some.stream().mapToLong(RecordedConnection::byteCount).sum() - before,
                        "were told of out of " + ready + (woken ? ", and it was woken" : ""));
                some.forEach(RecordedConnection::pause);
            }
        });
    }

    /** As the test above, of one that has seen a few at a time only, and so has had no reason to ask for more at once. */
    @Rule("SEAM-008")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void noPollSaysDrainedBecauseItIsTheFirstToFindMany() {
        for (int ready : AT_FIRST) {
            withTransport(driver -> {
                RecordedAcceptor acceptor = driver.listen(0);
                List<RecordedConnection> connections = new ArrayList<>();
                while (connections.size() < ready) {
                    connections.add(driver.connected(acceptor.port()));
                    driver.until("accepted", () -> acceptor.accepted().size() == connections.size());
                    write(driver, acceptor.accepted().subList(connections.size() - 1, connections.size()), to -> 1);
                }
                driver.quiet();
                connections.forEach(RecordedConnection::resume);
                boolean drained;
                do {
                    drained = driver.poll(0);
                } while (!drained); // there may be more
                assertEquals(ready, connections.stream().filter(each -> each.byteCount() > 0).count(), "were told of out of " + ready);
            });
        }
    }

    /** Until something of each has been sent, which an engine may leave to later polls, and has had the time to arrive. */
    private static void send(SeamDriver driver, List<RecordedConnection> senders, ToIntFunction<RecordedConnection> size)
            throws IOException {
        write(driver, senders, size);
        driver.quiet();
    }

    private static void write(SeamDriver driver, List<RecordedConnection> senders, ToIntFunction<RecordedConnection> size)
            throws IOException {
        Map<RecordedConnection, Long> writtenBefore = new HashMap<>();
        for (RecordedConnection sender : senders) {
            long before = sender.written();
            if (sender.write(RecordedConnection.direct(new byte[size.applyAsInt(sender)])) == 0) {
                writtenBefore.put(sender, before);
            }
        }
        driver.until("all have sent", () -> writtenBefore.entrySet().stream()
                .allMatch(each -> each.getKey().written() > each.getValue()));
    }

    @FunctionalInterface
    private interface PairsBody {
        void run(SeamDriver driver, List<RecordedConnection> connections, RecordedAcceptor acceptor) throws Exception;
    }

    private void withManyPairs(PairsBody body) {
        Descriptors.assume(2 * MANY + 200);
        withTransport(driver -> {
            RecordedAcceptor acceptor = driver.listen(0);
            List<RecordedConnection> connections = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                connections.add(driver.connect(acceptor.port()));
            }
            driver.until("all are connected", () -> acceptor.accepted().size() == MANY
                    && connections.stream().allMatch(connection -> connection.saw("connected")));
            body.run(driver, connections, acceptor);
        });
    }

    @Rule("SEAM-010")
    void openingAndClosingLeavesNoDescriptor() {
        withTransport(driver -> {
            int before = descriptorCount();
            for (int i = 0; i < 50; i++) {
                withTransport(other -> other.poll(0));
            }
            assertEquals(before, descriptorCount());
        });
    }

    @Rule({"SEAM-010", "SEAM-009"})
    void aWakeupAfterTheCloseDoesNothing() {
        Transport[] closed = new Transport[1];
        withTransport(driver -> closed[0] = driver.transport());
        closed[0].wakeup();
        closed[0].close();
    }

    @Rule("SEAM-003")
    void aRefusedConnectIsToldInsideThePollAndOnce() {
        withTransport(driver -> {
            RecordedConnection connection = connectOrNull(driver);
            if (connection != null) {
                assertEquals("", connection.trace(), "before the first poll");
                driver.until("failed", () -> connection.saw("failed"));
                driver.quiet();
                assertEquals("failed", connection.trace());
            }
        });
    }

    /** An engine may refuse at once, by an exception; then no event follows. */
    private RecordedConnection connectOrNull(SeamDriver driver) throws IOException {
        int port = refusingPort();
        try {
            return driver.connect(port);
        } catch (IOException refused) {
            driver.quiet();
            return null;
        }
    }

    @Rule("SEAM-003")
    void aConnectThatSucceedsIsToldInsideThePoll() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connect(peerServer(Peer::hold));
            assertEquals("", connection.trace(), "before the first poll");
            driver.until("connected", () -> connection.saw("connected"));
            driver.quiet();
            assertEquals("connected", connection.trace());
            assertNull(connection.failure());
        });
    }

    /** The best of some tries: a busy machine is late now and then. */
    @Rule({"SEAM-008", "SEAM-013"})
    void aPollWaitsNoLongerBecauseSomebodyHasEnded() {
        withTransport(driver -> {
            RecordedConnection connection = driver.connected(peerServer(peer -> peer.end().hold())).resume();
            driver.until("the end", () -> connection.saw("inputEnded"));
            Duration best = limits().mustHappen();
            for (int i = 0; i < 5 && best.compareTo(LONG) >= 0; i++) {
                long start = nanoTime();
                driver.poll(Duration.ofMillis(2).toNanos());
                best = Duration.ofNanos(nanoTime() - start);
            }
            assertTrue(best.compareTo(LONG) < 0, best + " instead of 2 ms");
        });
    }
}
