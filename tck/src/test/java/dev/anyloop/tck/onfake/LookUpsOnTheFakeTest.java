package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.EventLoop;
import dev.anyloop.Resolver;
import dev.anyloop.Socket;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.SocketChapter;
import dev.anyloop.tck.run.Await;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Whose turn it is with the resolver, and what is left of a look-up that nobody waits for (CONN-006, CONN-008). */
class LookUpsOnTheFakeTest extends OnTheFake {

    private static final int MOST_AT_A_TIME = 32;
    private static final int MOST_THREADS = 128;
    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final Semaphore returns = new Semaphore(0);

    /** Stuck with some names: it heeds no interrupt, and returns only when the test lets it. */
    private final Resolver stuck = host -> {
        asked.add(host);
        if (host.equals("stuck.test")) {
            returns.acquireUninterruptibly();
        }
        return List.of();
    };

    @AfterEach
    void letAllReturn() {
        returns.release(2 * MOST_THREADS);
    }

    private void awaitAsked(int count) {
        Await.until(Limits.defaults().mustHappen(), () -> asked.size() == count, () -> asked.size() + " asked");
    }

    /** The clock would run on while another thread is on its way. */
    private static void awaitTask(EventLoop loop) {
        Await.until(Limits.defaults().mustHappen(), () -> loop.stats().queuedTasks() > 0, () -> "no answer");
    }

    /** Leaves as many resolvers stuck as a loop may leave behind. */
    private void leaveAllThreadsStuck(EventLoop loop) {
        for (int i = 1; i <= MOST_THREADS; i++) {
            Socket socket = loop.connect("stuck.test", 80);
            awaitAsked(i);
            socket.abort();
        }
        asked.clear();
    }

    @Rule("CONN-006")
    void whenAllThreadsAreStuckNamesWaitUntilOneReturns() {
        try (EventLoop loop = fake.open(SocketChapter.resolving(stuck))) {
            loop.run(init -> {
                leaveAllThreadsStuck(loop);
                logged(loop.connect("early.test", 80));
                at(loop, 31_000, l -> {
                    logged(loop.connect("late.test", 80));
                    returns.release(1);
                    awaitTask(loop);
                    loop.execute(() -> awaitTask(loop));
                });
            });
        }
        assertEquals("[late.test]", asked.toString());
        assertEquals(List.of("error CONNECT_TIMEOUT@30000", "close CONNECT_TIMEOUT@30000",
                "error DNS_FAILURE@31000", "close DNS_FAILURE@31000"), log);
    }

    @Rule({"CONN-006", "CONN-008"})
    void aNameThatNobodyWaitsForIsNotAskedForWhenATurnIsFree() {
        List<Consumer<EventLoop>> ways = List.of(
                EventLoop::close, loop -> loop.shutdown(Duration.ZERO), loop -> at(loop, 30_000, EventLoop::stop));
        for (Consumer<EventLoop> way : ways) {
            asked.clear();
            try (EventLoop loop = fake.open(SocketChapter.resolving(stuck))) {
                loop.run(init -> {
                    for (int i = 0; i < MOST_AT_A_TIME + 10; i++) {
                        loop.connect("stuck.test", 80).onError((s, error) -> {});
                    }
                    awaitAsked(MOST_AT_A_TIME);
                    way.accept(loop);
                });
            }
            returns.release(MOST_AT_A_TIME);
            Await.until(Limits.defaults().mustHappen(), () -> returns.availablePermits() == 0, () -> "not asked");
            assertEquals(MOST_AT_A_TIME, asked.size());
        }
    }

    @Rule("CONN-006")
    void namesGetTheirTurnInTheOrderOfConnect() {
        try (EventLoop loop = fake.open(SocketChapter.resolving(stuck))) {
            loop.run(init -> {
                for (int i = 0; i < MOST_AT_A_TIME; i++) {
                    logged(loop.connect("stuck.test", 80));
                }
                loop.connect("gone.test", 80).abort();
                loop.connect("1st.test", 80).onError((s, error) -> {});
                loop.connect("2nd.test", 80).onError((s, error) -> {});
                awaitAsked(MOST_AT_A_TIME);
                asked.clear();
                returns.release(1);
                awaitTask(loop);
                loop.execute(() -> {
                    awaitAsked(1);
                    assertEquals("[1st.test]", asked.toString());
                    init.close();
                });
            });
        }
    }

    /** Made and left in a method of its own, so that no variable keeps it. */
    private WeakReference<Object> leaveBehind(EventLoop loop, Consumer<Socket> end) {
        Socket[] socket = new Socket[1];
        loop.run(init -> {
            socket[0] = loop.connect("stuck.test", 80).onError((s, error) -> {});
            awaitAsked(1);
            end.accept(socket[0]);
        });
        asked.clear();
        return new WeakReference<>(socket[0]);
    }

    private static void awaitCollected(WeakReference<Object> reference, String what) {
        Await.until(Limits.defaults().mustHappen(), () -> {
            System.gc();
            return reference.get() == null;
        }, () -> "kept: " + what);
    }

    @Rule({"CONN-006", "CONN-008"})
    void aStuckResolverKeepsNeitherTheSocketNorTheLoop() {
        EventLoop loop = new FakeEventLoopProvider().open(SocketChapter.resolving(stuck));
        awaitCollected(leaveBehind(loop, Socket::close), "a closed socket");
        awaitCollected(leaveBehind(loop, Socket::abort), "an aborted socket");
        awaitCollected(leaveBehind(loop, socket -> {}), "a socket that timed out");
        leaveBehind(loop, socket -> socket.loop().close());
        WeakReference<Object> closed = new WeakReference<>(loop);
        loop = null;
        awaitCollected(closed, "a closed loop");
    }

    @Rule({"CONN-006", "RES-002"})
    void aThreadOfTheResolverInheritsNothingOfWhoeverAsked() throws InterruptedException {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        INHERITED.set("mine");
        try (EventLoop loop = fake.open(SocketChapter.resolving(host -> {
            seen.add("inherited " + INHERITED.get());
            threads.add(Thread.currentThread());
            return List.of();
        }))) {
            loop.connect("name.test", 80);
            Thread thread = threads.poll(Limits.defaults().mustHappen().toSeconds(), TimeUnit.SECONDS);
            assertNull(thread.getContextClassLoader());
            assertEquals("inherited null", seen.remove());
        } finally {
            INHERITED.remove();
        }
    }

    /** The first has its answer, which the loop has not seen yet, and its thread asks for the second. */
    @Rule({"CONN-006", "CONN-008"})
    void givingUpALookUpInterruptsNoOtherThatHasItsThreadNow() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Semaphore given = new Semaphore(0);
        Resolver resolver = host -> {
            threads.add(Thread.currentThread());
            if (host.equals("second.test")) {
                asked.add(host);
                given.acquireUninterruptibly();
                seen.add(Thread.interrupted() ? "interrupted" : "in peace");
            }
            return List.of();
        };
        try (EventLoop loop = fake.open(SocketChapter.resolving(resolver))) {
            loop.run(init -> {
                do {
                    threads.clear();
                    asked.clear();
                    Socket first = loop.connect("first.test", 80);
                    awaitTask(loop);
                    loop.connect("second.test", 80).onError((s, error) -> {});
                    awaitAsked(1);
                    first.abort();
                    given.release();
                } while (threads.get(0) != threads.get(1));
                Await.until(Limits.defaults().mustHappen(), () -> !seen.isEmpty(), () -> "no answer");
                init.close();
            });
        }
        assertFalse(seen.contains("interrupted"), seen.toString());
    }

    @Rule({"CONN-006", "CONN-008"})
    void aThreadThatComesTooLateToAskDoesNotAskUninterrupted() {
        Set<String> aborted = ConcurrentHashMap.newKeySet();
        Set<String> undisturbed = ConcurrentHashMap.newKeySet();
        Resolver resolver = host -> {
            if (aborted.contains(host) && !Thread.currentThread().isInterrupted()) {
                undisturbed.add(host);
            }
            return List.of();
        };
        try (EventLoop loop = fake.open(SocketChapter.resolving(resolver))) {
            loop.run(init -> {
                for (int i = 0; i < 100; i++) {
                    String host = i + ".test";
                    loop.connect(host, 80).abort();
                    aborted.add(host);
                }
            });
        }
        assertEquals(Set.of(), undisturbed);
    }

    /** In a process that may have no more memory for stacks than some threads already took. */
    @Rule("CONN-006")
    @EnabledOnOs(OS.LINUX)
    void aNameForWhichNoThreadCanBeStartedFailsItsSocketAlone() throws Exception {
        ChildJvm child = ChildJvm.runLimited("ulimit -v 3000000", WithoutThreads.class, FakeEventLoopProvider.class,
                Limits.defaults(), "-Xmx64m", "-Xss128m", "-XX:CompressedClassSpaceSize=32m",
                "-XX:ReservedCodeCacheSize=32m", "-Xlog:disable");
        assertEquals(0, child.exit(), child.err());
        assertEquals("connected DNS_FAILURE named.test: unable to create native thread closed", child.out().strip());
    }
}
