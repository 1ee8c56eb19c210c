package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.EventLoop;
import dev.anyloop.Resolver;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter CONN of the specification: names that wait until it is their turn to be looked up. */
public abstract class LookUpTurnsRules extends SocketChapter {

    private static final int MOST_AT_A_TIME = 32;
    private static final int MOST_THREADS = 128;
    private static final int WAITING = 20;

    @Rule("CONN-006")
    void namesThatWaitAreAskedForInTheOrderOfTheConnects() {
        CountDownLatch go = latch(1);
        CountDownLatch end = latch(1);
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        List<String> expected = new ArrayList<>();
        Resolver resolver = host -> {
            if (host.startsWith("waiting")) {
                asked.add(host);
            } else {
                awaitOrGiveUp(host.equals("first.test") ? go : end);
            }
            throw new UnknownHostException(host);
        };
        try {
            withLoop(resolving(resolver), loop -> {
                record(loop.connect("first.test", 80)); // whose turn all of those pass on that wait
                List<RecordedSocket> stuck = new ArrayList<>();
                for (int i = 1; i < MOST_AT_A_TIME; i++) {
                    stuck.add(record(loop.connect("stuck.test", 80)));
                }
                for (int i = 0; i < WAITING; i++) {
                    expected.add("waiting" + i + ".test");
                    record(loop.connect(expected.get(i), 80));
                }
                go.countDown();
                when(loop, () -> asked.size() == WAITING, l -> stuck.forEach(socket -> socket.socket().abort()));
            });
        } finally {
            end.countDown();
        }
        assertEquals(expected, asked);
    }

    private static void awaitOrGiveUp(CountDownLatch latch) throws UnknownHostException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException("interrupted");
        }
    }

    /** The resolver heeds no interrupt, so that each keeps its thread to the end. */
    @Rule("CONN-006")
    void nobodyIsAskedForWhileAsManyThreadsAreStuckAsThereMayBe() {
        CountDownLatch end = latch(1);
        AtomicInteger asked = new AtomicInteger();
        Resolver stuck = host -> {
            asked.incrementAndGet();
            awaitStubbornly(end);
            throw new UnknownHostException(host);
        };
        try {
            withLoop(resolving(stuck), loop -> stickOrSee(loop, asked, end, MOST_THREADS / MOST_AT_A_TIME));
        } finally {
            end.countDown();
        }
        assertEquals(MOST_THREADS + 1, asked.get());
    }

    /** The resolver heeds no interrupt: its thread is not free again, but the turn is, whoever else has given up before. */
    @Rule("CONN-006")
    void theTurnOfWhoGivesUpPassesToOneThatWaits() {
        CountDownLatch end = latch(1);
        AtomicInteger asked = new AtomicInteger();
        Resolver resolver = host -> {
            asked.incrementAndGet();
            if (host.equals("stuck.test")) {
                awaitStubbornly(end);
            }
            throw new UnknownHostException(host);
        };
        List<RecordedSocket> stuck = new ArrayList<>();
        try {
            withLoop(resolving(resolver), loop -> {
                for (int i = 0; i < MOST_AT_A_TIME + 1; i++) {
                    stuck.add(record(loop.connect("stuck.test", 80)));
                }
                RecordedSocket waiting = record(loop.connect("waiting.test", 80));
                when(loop, () -> asked.get() == MOST_AT_A_TIME, all -> {
                    stuck.get(0).socket().abort();
                    when(loop, () -> asked.get() == MOST_AT_A_TIME + 1, one -> stuck.get(1).socket().abort());
                    when(loop, () -> waiting.saw("close"), l -> stuck.forEach(socket -> socket.socket().abort()));
                });
            });
        } finally {
            end.countDown();
        }
    }

    private void stickOrSee(EventLoop loop, AtomicInteger asked, CountDownLatch end, int times) {
        if (times == 0) {
            RecordedSocket waiting = record(loop.connect("waiting.test", 80));
            afterQuiet(loop, quiet -> {
                assertEquals(MOST_THREADS, asked.get());
                assertEquals("", waiting.trace());
                end.countDown();
            });
            return;
        }
        int expected = asked.get() + MOST_AT_A_TIME;
        List<RecordedSocket> sockets = new ArrayList<>();
        for (int i = 0; i < MOST_AT_A_TIME; i++) {
            sockets.add(record(loop.connect("stuck.test", 80)));
        }
        when(loop, () -> asked.get() == expected, all -> {
            sockets.forEach(socket -> socket.socket().abort());
            stickOrSee(loop, asked, end, times - 1);
        });
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the loop's own, so that a program ends though one of them is stuck. */
    @Rule("CONN-006")
    void asManyAreAskedForAtATimeAsTheRuleSaysAndOnDaemonThreads() {
        CountDownLatch end = latch(1);
        AtomicInteger asked = new AtomicInteger();
        List<String> others = Collections.synchronizedList(new ArrayList<>());
        List<RecordedSocket> sockets = new ArrayList<>();
        Thread owner = Thread.currentThread();
        Resolver resolver = host -> {
            asked.incrementAndGet();
            if (!Thread.currentThread().isDaemon() || Thread.currentThread() == owner) {
                others.add(Thread.currentThread().getName());
            }
            awaitOrGiveUp(end);
            throw new UnknownHostException(host);
        };
        try {
            withLoop(resolving(resolver), loop -> {
                for (int i = 0; i < MOST_AT_A_TIME + 3; i++) {
                    sockets.add(record(loop.connect("slow.test", 80)));
                }
                when(loop, () -> asked.get() >= MOST_AT_A_TIME, all -> afterQuiet(loop, quiet -> {
                    assertEquals(MOST_AT_A_TIME, asked.get());
                    end.countDown();
                }));
            });
        } finally {
            end.countDown();
        }
        assertEquals(MOST_AT_A_TIME + 3, asked.get());
        assertEquals(List.of(), others);
        sockets.forEach(socket -> assertEquals("error close", socket.trace()));
    }
}
