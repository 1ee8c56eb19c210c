package dev.anyloop.tck.rules.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.TakenMemory;
import dev.anyloop.tck.run.Descriptors;
import dev.anyloop.tck.run.Leaks;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Chapter RES of the specification: nothing is leaked, nothing is wasted. */
public abstract class ResourceRules extends Chapter {

    @Rule("RES-001")
    void aThousandConnectionsLeaveNoDescriptor() {
        int cycles = 1_000;
        AtomicInteger echoed = new AtomicInteger();
        int[] before = new int[1];
        withLoop(loop -> {
            Server server = listen(loop, accepted -> accepted.onRead((s, data) -> s.write(data)));
            before[0] = descriptorCount();
            for (int i = 0; i < 20; i++) {
                cycle(loop, port(server), echoed, cycles);
            }
            when(loop, () -> echoed.get() >= cycles && isQuiet(loop), l -> {
                assertEquals(before[0], descriptorCount(), "descriptors");
                server.close();
            });
        });
        assertTrue(echoed.get() >= cycles, echoed + " cycles");
    }

    /** Connect, echo and close, then again. */
    private void cycle(EventLoop loop, int port, AtomicInteger echoed, int cycles) {
        connect(loop, port)
                .onConnect(s -> s.write("ping"))
                .onRead((s, data) -> s.close())
                .onClose((s, error) -> {
                    if (echoed.incrementAndGet() < cycles - 19) {
                        cycle(loop, port, echoed, cycles);
                    }
                });
    }

    private static boolean isQuiet(EventLoop loop) {
        return loop.stats().connectingSockets() + loop.stats().openSockets() + loop.stats().closingSockets() == 0;
    }

    @Rule("RES-001")
    void connectionsThatFailLeaveNoDescriptor() {
        int refusing = refusingPort();
        int resetting = peerServer(Peer::reset);
        int[] before = new int[1];
        withLoop(loop -> {
            before[0] = descriptorCount();
            for (int i = 0; i < 200; i++) {
                connect(loop, i % 2 == 0 ? refusing : resetting);
            }
            when(loop, () -> isQuiet(loop), l -> until(() -> descriptorCount() <= before[0],
                    () -> descriptorCount() + " descriptors, " + before[0] + " before"));
        });
    }

    @Rule("RES-002")
    void fiveHundredLoopsLeaveNothing() {
        LoopOptions options = LoopOptions.defaults()
                .withResolver(host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})));
        int port = refusingPort();
        AtomicInteger tasks = new AtomicInteger();
        Leaks.Snapshot before = Leaks.snapshot(world());
        for (int i = 0; i < 500; i++) {
            boolean resolves = i % 10 == 0;
            try (EventLoop loop = provider().open(options)) {
                loop.run(l -> {
                    l.timer(Duration.ZERO, timer -> {});
                    l.execute(tasks::incrementAndGet);
                    l.listen(LOCALHOST, 0, (server, s) -> {}).close();
                    l.connect(resolves ? "localhost.test" : LOCALHOST, port).onError((s, error) -> {});
                });
            }
        }
        before.assertNothingLeft(Duration.ofSeconds(2));
        assertEquals(500, tasks.get());
    }

    @Rule("RES-002")
    @NeedsSystem("the memory of a process")
    void hundredsOfLoopsLeaveNoNativeMemory() throws Exception {
        assertLeavesNoNativeMemory(ManyLives.class, ManyLives.MOST_KIBIBYTES);
    }

    @Rule("RES-002")
    @NeedsSystem("the memory of a process")
    void thousandsOfConnectionsOfALoopLeaveNoNativeMemory() throws Exception {
        assertLeavesNoNativeMemory(ManyConnections.class, ManyConnections.MOST_KIBIBYTES);
    }

    private void assertLeavesNoNativeMemory(Class<?> lives, int mostKibibytes) throws Exception {
        assumeLinux();
        String preloaded = System.getenv("LD_PRELOAD");
        assumeTrue(preloaded == null, "what is freed stays with the malloc of " + preloaded);
        ChildJvm child = ChildJvm.run(lives, providerForAnotherProcess(), limits(), ManyLives.FIXED_HEAP);
        assertEquals(0, child.exit(), child.err());
        int grown = Integer.parseInt(child.out().strip());
        assertTrue(grown < mostKibibytes, grown + " KiB more than before as many");
    }

    @Rule("RES-003")
    @Stochastic(3)
    void twoThousandSocketsAtOnceAllWork() {
        int pairs = 1_000;
        Descriptors.assume(2 * pairs + 200);
        AtomicInteger echoed = new AtomicInteger();
        withLoop(loop -> {
            Server server = loop.listen(LOCALHOST, 0, (listening, s) -> s.onRead(Socket::write));
            AtomicInteger connected = new AtomicInteger();
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                clients.add(loop.connect(LOCALHOST, port(server))
                        .onConnect(s -> connected.incrementAndGet())
                        .onRead((s, data) -> echoed.incrementAndGet()));
            }
            when(loop, () -> connected.get() == pairs && loop.stats().openSockets() == 2 * pairs, l ->
                    clients.forEach(client -> client.write("x")));
            when(loop, () -> echoed.get() == pairs, l -> l.close());
        });
        assertEquals(pairs, echoed.get());
    }

    @Rule("RES-004")
    void anIdleLoopUsesHardlyAnyProcessor() {
        AtomicInteger held = new AtomicInteger();
        int port = peerServer(peer -> {
            held.incrementAndGet();
            peer.hold();
        });
        withLoop(loop -> {
            listen(loop, accepted -> {});
            for (int i = 0; i < 10; i++) {
                connect(loop, port);
            }
            when(loop, () -> held.get() == 10 && loop.stats().openSockets() == 10, l -> watchIdle(loop, 3));
        });
    }

    /** A system that has taken away the memory of who was idle charges it for getting it back; a loop that spins does so each time. */
    private static void watchIdle(EventLoop loop, int tries) {
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        Duration watch = Duration.ofSeconds(2);
        long usedBefore = cpu.getCurrentThreadCpuTime();
        long turnsBefore = loop.stats().turns();
        loop.timer(watch, timer -> {
            long used = cpu.getCurrentThreadCpuTime() - usedBefore;
            long turns = loop.stats().turns() - turnsBefore;
            assertTrue(turns <= 20, turns + " turns in " + watch);
            if (used < watch.toNanos() / 50) {
                loop.close();
            } else {
                assertTrue(tries > 1, used + " ns of processor time in " + watch);
                watchIdle(loop, tries - 1);
            }
        });
    }

    /** Nothing says when to wake up, and a wait without a limit is not the same as a long one to every engine. */
    @Rule("RES-004")
    void anIdleLoopWithoutADeadlineDoesNotTurn() {
        List<Long> turns = new ArrayList<>();
        withLoop(loop -> {
            listen(loop, accepted -> {});
            helper(() -> {
                block(limits().mustNotHappen());
                turns.add(loop.stats().turns());
                block(limits().mustNotHappen().multipliedBy(4));
                turns.add(loop.stats().turns());
                loop.execute(loop::close);
            });
        });
        assertTrue(turns.get(1) - turns.get(0) <= 5, "it turned from " + turns);
    }

    @Rule("RES-005")
    void theCollectorTakesNothingThatIsInUse() {
        int rounds = 8; // a collection takes long once other tests have filled the heap
        AtomicInteger fired = new AtomicInteger();
        AtomicInteger echoed = new AtomicInteger();
        withLoop(loop -> {
            int port = serveWithoutAReference(loop);
            connectWithoutAReference(loop, port, rounds, echoed);
            loop.interval(Duration.ofMillis(1), timer -> {
                if (fired.incrementAndGet() >= rounds && echoed.get() >= rounds) {
                    loop.close();
                }
            });
        });
        assertTrue(fired.get() >= rounds && echoed.get() >= rounds, fired + " timers, " + echoed + " echoes");
    }

    private static int serveWithoutAReference(EventLoop loop) {
        return port(loop.listen(LOCALHOST, 0, (server, s) -> s.onRead((s2, data) -> s2.write(data))));
    }

    /** The next ping leaves after the collector has run. */
    private static void connectWithoutAReference(EventLoop loop, int port, int rounds, AtomicInteger echoed) {
        loop.connect(LOCALHOST, port).onConnect(s -> s.write("ping")).onRead((s, data) -> {
            System.gc();
            if (echoed.incrementAndGet() < rounds) {
                s.write("ping");
            }
        });
    }

    @Rule("RES-009")
    @NeedsSystem("a process of its own, for its class loaders")
    void theClassLoaderOfAnApplicationIsFreeOnceItsLoopsAreClosed() throws Exception {
        Class<?> provider = providerForAnotherProcess();
        Limits minute = new Limits(limits().mustHappen().multipliedBy(6), limits().mustNotHappen());
        ChildJvm server = ChildJvm.runAlone(List.of(TakenMemory.OPTION), Redeployments.class, minute, provider.getName(),
                ChildJvm.classPath(provider.getClassLoader()), minute.mustHappen().toString());
        assertEquals("", server.err());
        assertEquals("all are gone", server.out().strip());
    }

    /** While the loop runs on, which closes at its end whatever it still has. */
    @Rule({"RES-001", "LISTEN-002", "CONN-015"})
    void whatCannotBeOpenedLeavesNoDescriptor() {
        int taken = refusingPort();
        int listened = peerServer(Peer::drain);
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 0);
        withLoop(loop -> {
            int before = descriptorCount();
            for (int i = 0; i < 30; i++) {
                refused(() -> loop.listen(LOCALHOST, taken, (server, s) -> {}));
                refused(() -> loop.listen("192.0.2.1", 0, (server, s) -> {}));
                if (capabilities().contains(Capability.DATAGRAMS)) {
                    refused(() -> loop.datagram("192.0.2.1", 0));
                }
                record(loop.connect(LOCALHOST, listened, ConnectOptions.defaults().withLocalAddress(elsewhere)));
                record(loop.connect(LOCALHOST, listened, ConnectOptions.defaults().withLocalAddress(
                        new InetSocketAddress(LOCALHOST, taken))));
            }
            when(loop, () -> isQuiet(loop), l -> afterQuiet(loop, quiet -> assertEquals(before, descriptorCount(), "descriptors")));
        });
    }

    private static void refused(Runnable open) {
        assertThrows(NetworkException.class, open::run);
    }
}
