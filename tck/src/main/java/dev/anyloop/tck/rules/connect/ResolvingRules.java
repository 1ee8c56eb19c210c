package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Resolver;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.SocketChapter;
import dev.anyloop.tck.rules.Speechless;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Chapter CONN of the specification: names, and what they resolve to. */
public abstract class ResolvingRules extends SocketChapter {

    private static final Duration TIMEOUT = Duration.ofMillis(60);
    private static final int MOST_AT_A_TIME = 32;

    private static void assertUnknown(String host, RecordedSocket socket) {
        assertEquals("error close", socket.trace(), host);
        NetworkException error = assertFailed(ErrorKind.DNS_FAILURE, socket);
        assertEquals(Operation.CONNECT, error.operation());
        assertEquals(host, error.host());
    }

    @Rule({"CONN-005", "CONN-011"})
    void aResolverWithoutAnAnswerIsADnsFailure() {
        Map<String, Resolver> resolvers = new LinkedHashMap<>();
        resolvers.put("unknown.test", host -> {
            throw new UnknownHostException(host);
        });
        resolvers.put("broken.test", host -> {
            throw new IllegalStateException("out of order");
        });
        resolvers.put("fatal.test", host -> {
            throw new AssertionError("out of order");
        });
        resolvers.put("speechless.test", host -> {
            throw new Speechless();
        });
        resolvers.put("empty.test", host -> List.of());
        resolvers.put("null.test", host -> null);
        resolvers.put("nulls.test", host -> Arrays.asList(InetAddress.getByName(LOCALHOST), null));
        Map<String, RecordedSocket> sockets = new LinkedHashMap<>();
        withLoop(resolving(host -> resolvers.get(host).resolve(host)), loop -> {
            for (String host : resolvers.keySet()) {
                RecordedSocket socket = record(loop.connect(host, 80));
                sockets.put(host, socket);
                write(socket, "a");
                assertEquals("", socket.trace(), "called back inside the call");
            }
        });
        sockets.forEach((host, socket) -> {
            assertUnknown(host, socket);
            assertEquals(List.of("a:DNS_FAILURE"), socket.completions());
        });
        for (String host : List.of("broken.test", "fatal.test")) {
            String told = String.valueOf(sockets.get(host).expectedError().getCause());
            assertTrue(told.contains("out of order"), told);
        }
    }

    @Rule("CONN-005")
    void whatCannotBeANameIsADnsFailureToo() {
        Map<String, RecordedSocket> sockets = new LinkedHashMap<>();
        Resolver strict = host -> {
            throw new UnknownHostException(host);
        };
        withLoop(resolving(strict), loop -> {
            for (String host : List.of("a b", " ", "..", "a:b", "::g", "[::1", "1:2:3", "[127.0.0.1]", "\u0000")) {
                sockets.put(host, record(loop.connect(host, 80)));
            }
        });
        sockets.forEach(ResolvingRules::assertUnknown);
    }

    /** Too long to be asked for, so no name server hears of it. */
    @Rule("CONN-005")
    void theSystemsResolverFailsInTheSameWay() {
        String host = "x".repeat(300);
        assertUnknown(host, withSocket(loop -> record(loop.connect(host, 80))));
    }

    private Resolver answeringAfter(CountDownLatch latch) {
        return host -> {
            try {
                await(latch);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return addresses(LOCALHOST);
        };
    }

    @Rule("CONN-006")
    void whileANameIsResolvedAllElseGoesOn() {
        CountDownLatch answer = latch(1);
        AtomicReference<Thread> asked = new AtomicReference<>();
        Resolver slow = host -> {
            if (host.equals("fast.test")) {
                return addresses(LOCALHOST);
            }
            asked.set(Thread.currentThread());
            return answeringAfter(answer).resolve(host);
        };
        int port = peerServer(peer -> peer.send(peer.read(5)).end().readAll());
        AtomicReference<RecordedSocket> waiting = new AtomicReference<>();
        withLoop(resolving(slow), loop -> {
            waiting.set(record(loop.connect("slow.test", port)));
            waiting.get().socket().write("hello");
            RecordedSocket literal = connect(loop, port);
            literal.socket().write("hello");
            RecordedSocket named = record(loop.connect("fast.test", port));
            named.socket().write("hello");
            AtomicInteger ticks = new AtomicInteger();
            loop.interval(Duration.ofMillis(1), timer -> {
                if (ticks.incrementAndGet() >= 5 && literal.saw("close") && named.saw("close")) {
                    timer.cancel();
                    assertEquals("", waiting.get().trace());
                    answer.countDown();
                }
            });
        });
        assertEquals("connect data end close", waiting.get().trace());
        assertNotSame(Thread.currentThread(), asked.get());
    }

    @Rule({"CONN-008", "WRITE-005"})
    void aLateAnswerForAClosedSocketIsIgnored() {
        CountDownLatch asked = latch(4);
        CountDownLatch answer = latch(1);
        Resolver slow = host -> {
            asked.countDown();
            return answeringAfter(answer).resolve(host);
        };
        AtomicInteger connections = new AtomicInteger();
        int port = peerServer(peer -> {
            connections.incrementAndGet();
            peer.end().readAll();
        });
        List<RecordedSocket> closed = new ArrayList<>();
        AtomicReference<RecordedSocket> kept = new AtomicReference<>();
        withLoop(resolving(slow), loop -> {
            for (int i = 0; i < 3; i++) {
                closed.add(record(loop.connect("slow.test", port)));
                write(closed.get(i), "a");
            }
            kept.set(record(loop.connect("slow.test", port)));
            closed.get(0).socket().abort();
            when(loop, () -> asked.getCount() <= 1, later -> {
                closed.get(1).socket().close();
                closed.get(2).socket().abort();
                when(loop, () -> closed.stream().allMatch(socket -> socket.saw("close")), l -> answer.countDown());
            });
        });
        for (RecordedSocket socket : closed) {
            assertEquals("close", socket.trace());
            assertNull(socket.closeError());
            assertEquals(List.of("a:SOCKET_CLOSED"), socket.completions());
        }
        assertEquals("connect end close", kept.get().trace());
        assertEquals(1, connections.get());
    }

    @Rule({"CONN-008", "LOOP-003"})
    void aResolverThatIsStuckDoesNotKeepTheLoop() {
        Resolver stuck = answeringAfter(latch(1));
        RecordedSocket socket = withSocket(resolving(stuck), loop -> {
            RecordedSocket resolving = record(loop.connect("stuck.test", 80));
            loop.timer(Duration.ofMillis(5), timer -> resolving.socket().close());
            return resolving;
        });
        assertEquals("close", socket.trace());
    }

    /** A name server that does not answer, and a resolver that does not heed interrupts; {@code end} lets it return. */
    private static List<InetAddress> stuckUntil(CountDownLatch end) throws UnknownHostException {
        boolean interrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return addresses(LOCALHOST);
    }

    @Rule({"CONN-006", "CONN-004"})
    void lookUpsThatNobodyWaitsForStopNoOther() {
        CountDownLatch end = latch(1);
        int port = peerServer(peer -> peer.end().readAll());
        List<RecordedSocket> stuck = new ArrayList<>();
        AtomicReference<RecordedSocket> fast = new AtomicReference<>();
        try {
            withLoop(resolving(host -> host.equals("fast.test") ? addresses(LOCALHOST) : stuckUntil(end)), loop -> {
                for (int i = 0; i < 20; i++) {
                    ConnectOptions options = i < 10 ? ConnectOptions.defaults() // long enough for us to give up first
                            : ConnectOptions.defaults().withConnectTimeout(TIMEOUT);
                    stuck.add(record(loop.connect("stuck" + i + ".test", port, options)));
                }
                stuck.subList(0, 5).forEach(socket -> socket.socket().abort());
                loop.timer(TIMEOUT.dividedBy(4), timer ->
                        stuck.subList(5, 10).forEach(socket -> socket.socket().close()));
                when(loop, () -> stuck.stream().allMatch(socket -> socket.saw("close")), later ->
                        fast.set(record(loop.connect("fast.test", port))));
            });
        } finally {
            end.countDown();
        }
        for (int i = 0; i < stuck.size(); i++) {
            assertEquals(i < 10 ? "close" : "error close", stuck.get(i).trace(), "socket " + i);
        }
        assertEquals("connect end close", fast.get().trace());
    }

    @Rule("CONN-006")
    void thirtyOneLookUpsThatAreStuckLeaveATurnForAnother() {
        CountDownLatch end = latch(1);
        int port = peerServer(peer -> peer.end().readAll());
        List<RecordedSocket> stuck = new ArrayList<>();
        RecordedSocket fast;
        try {
            Resolver resolver = host -> host.equals("fast.test") ? addresses(LOCALHOST) : stuckUntil(end);
            fast = withSocket(resolving(resolver), loop -> {
                for (int i = 0; i < MOST_AT_A_TIME - 1; i++) {
                    stuck.add(record(loop.connect("stuck.test", port)));
                }
                return record(loop.connect("fast.test", port)).onClose((s, error) ->
                        stuck.forEach(socket -> socket.socket().abort()));
            });
        } finally {
            end.countDown();
        }
        assertEquals("connect end close", fast.trace());
    }

    @Rule({"CONN-008", "CONN-006"})
    void aNameWhoseSocketIsClosedBeforeItsTurnIsNeverAskedFor() {
        CountDownLatch end = latch(1);
        Set<String> asked = ConcurrentHashMap.newKeySet();
        List<RecordedSocket> sockets = new ArrayList<>();
        try {
            withLoop(resolving(host -> asked.add(host) ? stuckUntil(end) : List.of()), loop -> {
                for (int i = 0; i < 2 * MOST_AT_A_TIME; i++) {
                    sockets.add(record(loop.connect(i + ".test", 80)));
                }
                when(loop, () -> asked.size() >= MOST_AT_A_TIME, later -> {
                    for (int i = 0; i < sockets.size(); i++) {
                        if (!asked.contains(i + ".test")) {
                            sockets.get(i).socket().abort();
                        }
                    }
                    afterQuiet(loop, quiet -> sockets.forEach(socket -> socket.socket().close()));
                });
            });
        } finally {
            end.countDown();
        }
        assertEquals(MOST_AT_A_TIME, asked.size());
        sockets.forEach(socket -> assertEquals("close", socket.trace()));
    }

    @Rule({"CONN-006", "CONN-008"})
    void aResolverIsInterruptedWhenNobodyWaitsForItsAnswer() {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        Set<String> interrupted = ConcurrentHashMap.newKeySet();
        Resolver slow = host -> {
            asked.add(host);
            try {
                return answeringAfter(latch(1)).resolve(host);
            } catch (IOException e) {
                interrupted.add(host);
                throw e;
            }
        };
        withLoop(resolving(slow), loop -> {
            ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(TIMEOUT);
            RecordedSocket timedOut = record(loop.connect("timedout.test", 80, options));
            RecordedSocket closed = record(loop.connect("closed.test", 80));
            RecordedSocket aborted = record(loop.connect("aborted.test", 80));
            when(loop, () -> asked.containsAll(List.of("closed.test", "aborted.test")), later -> {
                closed.socket().close();
                aborted.socket().abort();
            });
            when(loop, () -> timedOut.saw("close") && closed.saw("close") && interrupted.equals(asked), later -> {});
        });
        assertTrue(interrupted.size() >= 2, interrupted.toString());
    }

    /** The thread that has answered may ask for the next, before the loop has seen the answer. */
    @Rule({"CONN-006", "CONN-008"})
    @NeedsSystem("threads that ask while the loop is busy")
    void whoIsClosedWhenItsNameIsKnownInterruptsNoOther() {
        CountDownLatch answered = latch(1);
        CountDownLatch asked = latch(1);
        CountDownLatch answer = latch(1);
        Resolver resolver = host -> {
            if (host.equals("known.test")) {
                answered.countDown();
                return addresses(LOCALHOST);
            }
            asked.countDown();
            return answeringAfter(answer).resolve(host);
        };
        int port = peerServer(peer -> peer.end().readAll());
        RecordedSocket next = withSocket(resolving(resolver), loop -> {
            RecordedSocket known = record(loop.connect("known.test", port));
            until(() -> answered.getCount() == 0, () -> "nobody is asked");
            block(TIMEOUT); // its thread is free by then
            RecordedSocket waiting = record(loop.connect("next.test", port));
            until(() -> asked.getCount() == 0, () -> "nobody is asked");
            known.socket().close();
            block(TIMEOUT);
            answer.countDown();
            return waiting;
        });
        assertEquals("connect end close", next.trace());
    }

    /** In the order of the deadlines, which a loop that is late keeps: a timeout that began again would come last. */
    @Rule({"CONN-004", "CONN-003"})
    void oneConnectTimeoutCoversTheNameAndAllItsAddresses() {
        int port = silentPort();
        CountDownLatch answer = latch(1);
        Resolver resolver = host -> {
            List<InetAddress> slow = host.equals("slow.test") ? answeringAfter(answer).resolve(host) : List.of();
            return slow.isEmpty() ? addresses(LOCALHOST, LOCALHOST, LOCALHOST) : slow;
        };
        List<String> failed = new ArrayList<>();
        withLoop(resolving(resolver), loop -> {
            long start = nanoTime();
            for (String host : List.of("slow.test", "many.test", LOCALHOST)) {
                Duration timeout = host.equals(LOCALHOST) ? TIMEOUT.multipliedBy(3).dividedBy(2) : TIMEOUT;
                ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(timeout);
                record(loop.connect(host, port, options)).onError((s, error) -> {
                    assertEquals(ErrorKind.CONNECT_TIMEOUT, error.kind());
                    assertTrue(nanoTime() - start >= timeout.toNanos(), host + " is early");
                    failed.add(host);
                });
            }
            loop.timer(TIMEOUT.multipliedBy(3).dividedBy(4), timer -> answer.countDown());
        });
        assertEquals(List.of("slow.test", "many.test", LOCALHOST), failed);
    }

    @Rule({"CONN-004", "CONN-006"})
    void aNameThatIsNeverResolvedTimesOut() {
        Resolver stuck = answeringAfter(latch(1));
        RecordedSocket socket = withSocket(resolving(stuck), loop -> {
            long start = nanoTime();
            ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(TIMEOUT);
            return record(loop.connect("stuck.test", 80, options))
                    .onError((s, error) -> assertTrue(nanoTime() - start >= TIMEOUT.toNanos(), "early"));
        });
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.CONNECT_TIMEOUT, socket);
    }
}
