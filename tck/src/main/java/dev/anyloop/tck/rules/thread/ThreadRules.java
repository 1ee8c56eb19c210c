package dev.anyloop.tck.rules.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Chapter THREAD of the specification: what other threads may do. */
public abstract class ThreadRules extends Chapter {

    @Rule("THREAD-001")
    void whatIsNotThreadSafeThrowsOnAnotherThreadAndChangesNothing() {
        int port = peerServer(Peer::drain);
        AtomicReference<String> refusals = new AtomicReference<>("");
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {});
            Timer timer = loop.timer(Duration.ofHours(1), t -> {});
            connect(loop, port).onConnect(s -> helper(() -> {
                refusals.set(accepted(calls(loop, s, server, timer)));
                loop.execute(() -> {
                    assertTrue(s.isOpen() && server.isOpen() && timer.isPending(), "a refused call has closed something");
                    assertEquals(0, s.pendingBytes());
                    assertEquals(1, loop.stats().timers());
                    assertEquals(1, loop.stats().servers());
                    timer.cancel();
                    server.close();
                    s.close();
                });
            }));
        });
        assertEquals("", refusals.get(), "calls that another thread was allowed to make");
    }

    /** The positions of those that did not throw. */
    private static String accepted(List<Executable> calls) {
        StringBuilder accepted = new StringBuilder();
        for (int i = 0; i < calls.size(); i++) {
            try {
                assertThrows(IllegalStateException.class, calls.get(i));
            } catch (AssertionError e) {
                accepted.append(i).append(": ").append(e.getMessage()).append("; ");
            }
        }
        return accepted.toString();
    }

    private static List<Executable> calls(EventLoop loop, Socket s, Server server, Timer timer) {
        List<Executable> calls = new ArrayList<>(List.of(
                loop::run,
                () -> loop.run(l -> {}),
                loop::close,
                () -> loop.shutdown(Duration.ZERO),
                loop::hold,
                () -> loop.timer(Duration.ZERO, t -> {}),
                () -> loop.interval(Duration.ofSeconds(1), t -> {}),
                () -> loop.connect(LOCALHOST, 1),
                () -> loop.connect(new InetSocketAddress(LOCALHOST, 1), ConnectOptions.defaults()),
                () -> loop.listen(LOCALHOST, 0, (sv, a) -> {}),
                () -> loop.onUncaught(null)));
        calls.addAll(List.of(timer::cancel, timer::isPending, timer::ref, timer::unref));
        calls.addAll(List.of(server::close, server::pause, server::resume, server::isOpen, server::ref, server::unref,
                () -> server.onError((sv, e) -> {}), () -> server.onClose(sv -> {})));
        calls.addAll(List.of(
                () -> s.onConnect(x -> {}), () -> s.onRead((x, d) -> {}), () -> s.onEnd(x -> {}),
                () -> s.onDrain(x -> {}), () -> s.onError((x, e) -> {}), () -> s.onClose((x, e) -> {})));
        calls.addAll(List.of(
                () -> s.readTimeout(null), () -> s.writeTimeout(null), () -> s.write("x"), () -> s.write(new byte[1]),
                () -> s.write(ByteBuffer.allocate(1)), () -> s.write(ByteBuffer.allocate(1), (x, e) -> {}),
                s::pause, s::resume, s::end, s::close, s::abort, s::isOpen, s::pendingBytes, s::ref, s::unref));
        return calls;
    }

    @Rule("THREAD-001")
    void whatIsThreadSafeWorksOnAnotherThreadEvenWhileACallbackBlocksTheLoop() {
        int port = peerServer(Peer::drain);
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(1);
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {});
            Hold hold = loop.hold();
            connect(loop, port).onConnect(s -> {
                helper(() -> {
                    assertFalse(loop.inLoop());
                    assertEquals(provider().name(), loop.backend());
                    assertEquals(1, loop.stats().openSockets());
                    assertEquals(1, loop.stats().servers());
                    assertFalse(loop.describe().isBlank());
                    assertEquals(loop, s.loop());
                    assertEquals(port, ((InetSocketAddress) s.remoteAddress()).getPort());
                    assertNotNull(s.localAddress());
                    assertTrue(port(server) > 0);
                    loop.execute(ran::countDown);
                    hold.release();
                    loop.stop();
                    seen.countDown();
                });
                assertTrue(loop.inLoop());
                await(seen);
            });
        });
        assertEquals(1, ran.getCount(), "stop() ended the turn, so the task waits for a run() that never came");
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "the other thread is stuck");
    }

    @Rule("THREAD-002")
    void runOnAnotherThreadNamesBothThreads() {
        AtomicReference<String> message = new AtomicReference<>("");
        withOpenLoop(loop -> {
            CountDownLatch tried = new CountDownLatch(1);
            helper(() -> {
                Thread.currentThread().setName("tck-intruder");
                message.set(assertThrows(IllegalStateException.class, loop::run).getMessage());
                tried.countDown();
            });
            await(tried);
            loop.run();
        });
        assertTrue(message.get().contains("tck-intruder"), message.get());
        assertTrue(message.get().contains(Thread.currentThread().getName()), message.get());
    }

    @Rule({"THREAD-002", "LOOP-009"})
    void aLoopWhoseThreadHasDiedMayBeClosedByAnother() throws InterruptedException {
        AtomicReference<EventLoop> orphan = new AtomicReference<>();
        AtomicInteger closed = new AtomicInteger();
        int port = peerServer(Peer::drain);
        Thread owner = new Thread(() -> {
            EventLoop loop = provider().open(LoopOptions.defaults());
            orphan.set(loop);
            loop.listen(LOCALHOST, 0, (server, s) -> {}).onClose(server -> closed.incrementAndGet());
            loop.connect(LOCALHOST, port)
                    .onClose((s, error) -> closed.incrementAndGet())
                    .onConnect(s -> loop.stop());
            loop.run();
        }, "tck-owner");
        owner.setDaemon(true);
        owner.start();
        owner.join(limits().mustHappen().toMillis());
        orphan.get().close();
        assertEquals(2, closed.get());
    }

    @Rule("THREAD-003")
    @Stochastic(3)
    void aTaskWakesALoopThatWaitsWithoutATimer() {
        long limit = Duration.ofMillis(100).toNanos();
        AtomicReference<String> late = new AtomicReference<>("");
        withLoop(loop -> {
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 20 && late.get().isEmpty(); i++) {
                    LockSupport.parkNanos(Duration.ofMillis(2).toNanos()); // the loop is most likely waiting again
                    CountDownLatch ran = new CountDownLatch(1);
                    long start = System.nanoTime();
                    loop.execute(ran::countDown);
                    await(ran);
                    if (System.nanoTime() - start > limit) {
                        late.set((System.nanoTime() - start) + " ns");
                    }
                }
                hold.release();
            });
        });
        assertEquals("", late.get());
    }

    @Rule("THREAD-003")
    @Stochastic(3)
    void everyTaskOfEightThreadsRunsOnceAndSeesWhatItsThreadWrote() {
        int threads = 8;
        int perThread = 10_000;
        int[][] written = new int[threads][perThread];
        int[] runs = new int[threads * perThread];
        AtomicInteger unseen = new AtomicInteger();
        AtomicInteger total = new AtomicInteger();
        withLoop(loop -> {
            Hold hold = loop.hold();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                helper(() -> {
                    for (int i = 0; i < perThread; i++) {
                        int number = i;
                        written[thread][number] = number + 1;
                        loop.execute(() -> {
                            runs[thread * perThread + number]++;
                            if (written[thread][number] != number + 1) {
                                unseen.incrementAndGet();
                            }
                            if (total.incrementAndGet() == threads * perThread) {
                                hold.release();
                            }
                        });
                    }
                });
            }
        });
        for (int i = 0; i < runs.length; i++) {
            assertEquals(1, runs[i], "runs of task " + i);
        }
        assertEquals(0, unseen.get());
    }

    @Rule("THREAD-004")
    void betweenRunsATaskIsQueuedAndAfterCloseItIsRejected() {
        List<String> ran = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.execute(() -> ran.add("before the first run"));
            assertEquals(List.of(), ran);
            loop.run();
            loop.execute(() -> ran.add("between runs"));
            loop.run();
            loop.close();
            assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> ran.add("after close")));
            CountDownLatch tried = new CountDownLatch(1);
            helper(() -> {
                assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> ran.add("from elsewhere")));
                tried.countDown();
            });
            await(tried);
        });
        assertEquals(List.of("before the first run", "between runs"), ran);
    }

    @Rule("THREAD-005")
    void noTaskIsLostWhileTheLoopFindsItselfEmpty() {
        int tasks = 1_000;
        AtomicInteger ran = new AtomicInteger();
        withOpenLoop(loop -> {
            helper(() -> {
                for (int i = 0; i < tasks && !Thread.currentThread().isInterrupted(); i++) {
                    loop.execute(ran::incrementAndGet);
                    for (int spin = i % 100; ran.get() <= i && spin < 100_000; spin++) {
                        Thread.onSpinWait(); // the next comes at another moment of the loop's way out
                    }
                }
            });
            long start = System.nanoTime();
            while (ran.get() < tasks && System.nanoTime() - start < limits().mustHappen().toNanos()) {
                loop.run();
            }
            assertEquals(tasks, ran.get(), "tasks that ran");
        });
    }

    @Rule("THREAD-006")
    void aLoopGoesOnWhileACallbackBlocksAnother() {
        CountDownLatch otherIsDone = new CountDownLatch(1);
        AtomicInteger fired = new AtomicInteger();
        withLoop(loop -> {
            helper(() -> {
                withLoop(other -> {
                    Server server = listen(other, accepted -> accepted.onRead((s, data) -> s.write(data)));
                    connect(other, port(server)).onConnect(s -> s.write("ping")).onRead((s, data) -> {
                        server.close();
                        s.close();
                    });
                    other.timer(Duration.ofMillis(5), timer -> fired.incrementAndGet());
                });
                otherIsDone.countDown();
            });
            await(otherIsDone);
        });
        assertEquals(1, fired.get());
    }

    /** Most meet a loop that waits and has to be woken. */
    @Rule("THREAD-008")
    void whoRunsOutOfStackInExecuteHarmsNobodyElse() {
        List<String> faults = new ArrayList<>();
        AtomicInteger overflows = new AtomicInteger();
        withLoop(loop -> {
            Hold hold = loop.hold();
            helper(() -> {
                for (int i = 0; i < 20 && faults.isEmpty(); i++) {
                    List<Integer> ran = new ArrayList<>();
                    BitSet accepted = Overflow.calls(number -> loop.execute(() -> ran.add(number)));
                    overflows.addAndGet(Overflow.CALLS - accepted.cardinality());
                    if (!answers(loop)) {
                        faults.add("the loop is deaf");
                    } else if (!isInOrder(ran) || !ran.containsAll(accepted.stream().boxed().toList())) {
                        faults.add(accepted + " were accepted, these ran: " + ran);
                    }
                }
                hold.release();
            });
        });
        assertEquals(List.of(), faults);
        assertTrue(overflows.get() > 0, "no call has overflowed, so nothing was tested");
    }

    private boolean answers(EventLoop loop) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        loop.execute(answered::countDown);
        return answered.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS);
    }

    private static boolean isInOrder(List<Integer> numbers) {
        return numbers.equals(numbers.stream().sorted().distinct().toList());
    }

    @Rule({"THREAD-008", "LOOP-014"})
    void whoRunsOutOfStackInReleaseMayReleaseAgain() {
        withLoop(loop -> {
            List<Hold> holds = Stream.generate(loop::hold).limit(Overflow.CALLS + 1).toList();
            helper(() -> {
                BitSet released = Overflow.calls(number -> holds.get(number).release());
                int left = loop.stats().holds();
                int most = holds.size() - released.cardinality();
                for (int i = 0; i < Overflow.CALLS; i++) {
                    holds.get(i).release();
                }
                int last = loop.stats().holds();
                holds.get(Overflow.CALLS).release();
                assertTrue(left <= most && left >= 1, left + " holds left, when " + released + " have been released");
                assertEquals(1, last, "holds left, when all but one have been released once more");
            });
        });
    }

    @Rule("THREAD-008")
    void whoRunsOutOfMemoryInExecuteHarmsNobodyElse() throws Exception {
        ChildJvm child = ChildJvm.run(
                WithoutMemory.class, providerForAnotherProcess(), limits(), WithoutMemory.SMALL_HEAP);
        assertEquals("refused: true, lost: 0", child.out().strip(), child.err());
    }
}
