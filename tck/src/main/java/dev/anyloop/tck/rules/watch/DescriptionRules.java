package dev.anyloop.tck.rules.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.OpenLoops;
import dev.anyloop.OpenLoopsMXBean;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Chapter WATCH of the specification: what a loop tells programs of itself, and who can ask it. */
public abstract class DescriptionRules extends Chapter {

    private static final String AWKWARD = "\"tester\" \\ \n\u0001\u2028 ü \uD83D\uDE00 \uD800";

    private static final int MOST_LINES = 20;
    private static final int MOST_OBJECTS = 1_000;

    private final AtomicReference<String> seen = new AtomicReference<>("");

    @Rule("WATCH-004")
    void aLoopTellsProgramsWhatKeepsItRunning() {
        int port = peerServer(Peer::drain);
        withLoop(LoopOptions.defaults().withName(AWKWARD), loop -> {
            Server server = listen(loop, accepted -> {});
            server.unref();
            connect(loop, port).onConnect(s -> {
                s.pause();
                s.write("1234567");
                loop.timer(Duration.ofDays(1), timer -> {}).unref();
                loop.interval(Duration.ofDays(1), timer -> {});
                loop.hold();
                loop.execute(() -> {});
                loop.execute(() -> {});
                seen.set(loop.describeAsJson());
                assertTells(seen.get(), server, s);
                loop.close();
            });
            assertEquals("running", read(loop).get("state"), loop::describeAsJson);
        });
        assertFalse(seen.get().isEmpty(), "there was no connection");
    }

    private void assertTells(String json, Server server, Socket socket) {
        Map<String, Object> told = JsonReader.read(json);
        assertEquals(AWKWARD, told.get("name"), json);
        assertEquals(provider().name(), told.get("backend"), json);
        assertEquals("running", told.get("state"), json);
        assertEquals("onConnect", child(told, "inside").get("callback"), json);
        assertEquals(numbers("handles", 1, "timers", 1, "signals", 0, "holds", 1, "tasks", 2), told.get("keptAliveBy"), json);
        assertEquals(numbers("connecting", 0, "open", 1, "closing", 0, "servers", 1, "datagramSockets", 0, "timers", 2, "signals", 0),
                told.get("counts"), json);
        assertEquals(2, ((List<?>) told.get("handles")).size(), json);
        assertEquals(0.0, told.get("handlesLeftOut"), json);
        assertEquals(Map.of("kind", "server", "local", "127.0.0.1:" + port(server), "state", "open", "paused", false,
                "peerEnded", false, "pendingBytes", 0.0, "ref", false), handle(told, "server"), json);
        assertEquals(Map.of("kind", "socket", "local", plain(socket.localAddress()), "peer", plain(socket.remoteAddress()), "state", "open", "paused", true,
                "peerEnded", false, "pendingBytes", 7.0, "ref", true), handle(told, "socket"), json);
    }

    /** So many of each that no figure is another's. */
    @Rule("WATCH-004")
    void eachFigureIsToldInItsPlace() {
        int port = peerServer(Peer::drain);
        withLoop(loop -> {
            connect(loop, port).socket().abort();
            for (int i = 0; i < 2; i++) {
                connect(loop, port);
            }
            for (int i = 0; i < 3; i++) {
                listen(loop, accepted -> {});
            }
            for (int i = 0; i < 4; i++) {
                loop.timer(Duration.ofDays(1), timer -> {});
            }
            loop.timer(Duration.ofDays(1), timer -> {}).unref();
            for (int i = 0; i < 7; i++) {
                loop.hold();
            }
            for (int i = 0; i < 8; i++) {
                loop.execute(() -> {});
            }
            String text = loop.describe();
            String json = loop.describeAsJson();
            loop.close();
            Map<String, Object> told = JsonReader.read(json);
            assertEquals(numbers("handles", 6, "timers", 4, "signals", 0, "holds", 7, "tasks", 8), told.get("keptAliveBy"), json);
            assertEquals(numbers("connecting", 2, "open", 0, "closing", 1, "servers", 3, "datagramSockets", 0, "timers", 5, "signals", 0),
                    told.get("counts"), json);
            assertTrue(text.contains("6 sockets and servers, 4 timers, 0 signals, 7 holds, 8 tasks"), text);
            assertTrue(text.contains("2 connecting, 0 open, 1 closing, 3 servers, 0 datagram sockets, 5 timers, 0 signals"), text);
        });
    }

    /** Most turns are short, of the others all but one are of some length, and that one is the longest. */
    @Rule({"WATCH-004", "WATCH-001"})
    void theLengthsOfTheTurnsAreThoseOfTheStatistics() {
        withOpenLoop(loop -> {
            for (int i = 0; i < 150; i++) {
                Duration time = Duration.ofMillis(i < 120 ? 0 : i < 149 ? 1 : 15);
                loop.run(l -> block(time));
            }
            LoopStats stats = loop.stats();
            assertEquals(numbers("count", stats.turns(), "longestSeconds", stats.longestTurn().toNanos() / 1e9,
                    "p50Seconds", stats.busyAtMost(0.5).toNanos() / 1e9, "p99Seconds", stats.busyAtMost(0.99).toNanos() / 1e9),
                    read(loop).get("turns"), loop::describeAsJson);
        });
    }

    private static String plain(@Nullable SocketAddress address) {
        return String.valueOf(address).replaceFirst(".*/", "");
    }

    @Rule("WATCH-004")
    void aLoopThatIsNotRunningSaysSoAndOneThatIsClosed() {
        AtomicReference<EventLoop> closed = new AtomicReference<>();
        withOpenLoop(loop -> {
            closed.set(loop);
            assertEquals("not running", read(loop).get("state"), loop::describeAsJson);
            assertWorks(loop);
            assertTrue((double) child(read(loop), "turns").get("count") > 0, loop::describeAsJson);
        });
        assertEquals("closed", read(closed.get()).get("state"), closed.get()::describeAsJson);
    }

    @Rule("WATCH-004")
    void aLoopThatWaitsIsSeenWaiting() {
        withLoop(loop -> {
            helper(() -> {
                until(() -> "waiting".equals(read(loop).get("state")), loop::describeAsJson);
                loop.stop();
            });
            loop.hold();
        });
    }

    @Rule("WATCH-004")
    void aCallbackThatDoesNotReturnIsToldWithItsTimeAndItsPlace() {
        withLoop(loop -> {
            assertFalse(read(loop).containsKey("stuck"), loop::describeAsJson);
            loop.timer(Duration.ZERO, timer -> doNotReturnUntilTold(loop));
        });
        Map<String, Object> told = JsonReader.read(seen.get());
        assertEquals(Map.of("callback", "timer", "of", "timer"), told.get("inside"), seen.get());
        assertTrue((double) child(told, "stuck").get("seconds") >= 0.1, seen.get());
        List<?> at = (List<?>) child(told, "stuck").get("at");
        assertTrue(at.stream().anyMatch(frame -> frame.toString().contains("doNotReturnUntilTold")), seen.get());
    }

    private void doNotReturnUntilTold(EventLoop loop) throws InterruptedException {
        CountDownLatch told = latch(1);
        helper(() -> {
            until(() -> {
                seen.set(loop.describeAsJson());
                return read(loop).containsKey("stuck") && JsonReader.read(seen.get()).containsKey("stuck");
            }, loop::describeAsJson);
            told.countDown();
        });
        assertTrue(told.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), seen::get);
    }

    @Rule("WATCH-005")
    void anOpenLoopIsListedUntilItIsClosed() {
        String name = "listed " + UUID.randomUUID();
        withOpenLoop(LoopOptions.defaults().withName(name), loop -> {
            assertEquals(1, listed(name), "when it is open");
            assertWorks(loop);
            assertEquals(1, listed(name), "when it has run");
            assertEquals(1, named(OpenLoops.describeAsJson(), name), OpenLoops::describeAsJson);
            assertTrue(OpenLoops.describe().contains("loop \"" + name + "\""), OpenLoops::describe);
        });
        assertEquals(0, listed(name), "when it is closed");
        assertEquals(0, named(OpenLoops.describeAsJson(), name), OpenLoops::describeAsJson);
    }

    @Rule("WATCH-005")
    void openLoopsAreListedInTheOrderOfTheirOpening() {
        List<String> names = Stream.generate(() -> "listed " + UUID.randomUUID()).limit(3).toList();
        withOpenLoop(LoopOptions.defaults().withName("another"), another -> {
            withOpenLoop(LoopOptions.defaults().withName(names.get(0)), first ->
                    withOpenLoop(LoopOptions.defaults().withName(names.get(1)), second -> {
                        another.close();
                        withOpenLoop(LoopOptions.defaults().withName(names.get(2)), third ->
                                assertEquals(names, OpenLoops.list().stream().map(loop -> String.valueOf(read(loop).get("name")))
                                        .filter(names::contains).toList()));
                    }));
        });
    }

    private static long listed(String name) {
        return OpenLoops.list().stream().filter(loop -> name.equals(read(loop).get("name"))).count();
    }

    private static long named(String json, String name) {
        return ((List<?>) JsonReader.read(json).get("loops")).stream()
                .filter(loop -> loop instanceof Map<?, ?> told && name.equals(told.get("name"))).count();
    }

    @Rule("WATCH-006")
    void theLoopsThatAreOpenAreShownByJmxWhenAskedFor() {
        OpenLoops.registerMXBean();
        String name = "managed " + UUID.randomUUID();
        withOpenLoop(LoopOptions.defaults().withName(name), loop -> {
            assertEquals(1, shown(name), "when it is open");
        });
        assertEquals(0, shown(name), "when it is closed");
    }

    /** By all copies of the library. */
    private static long shown(String name) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            long shown = 0;
            for (ObjectName bean : server.queryNames(new ObjectName(OpenLoopsMXBean.NAME + ",*"), null)) {
                shown += named((String) server.getAttribute(bean, "Json"), name);
            }
            return shown;
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> read(EventLoop loop) {
        return JsonReader.read(loop.describeAsJson());
    }

    private static Map<String, Object> numbers(Object... keysAndNumbers) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < keysAndNumbers.length; i += 2) {
            map.put((String) keysAndNumbers[i], ((Number) keysAndNumbers[i + 1]).doubleValue());
        }
        return map;
    }

    private static Map<String, Object> handle(Map<String, Object> told, String kind) {
        List<Map<String, Object>> found = new ArrayList<>();
        ((List<?>) told.get("handles")).forEach(handle -> found.add(cast(handle)));
        return found.stream().filter(handle -> kind.equals(handle.get("kind"))).findFirst().orElse(Map.of());
    }

    private static Map<String, Object> child(Map<String, Object> told, String key) {
        return told.containsKey(key) ? cast(told.get(key)) : Map.of();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Object object) {
        return (Map<String, Object>) object;
    }

    /** None has a descriptor, so that it costs next to nothing to have many: they resolve, and nobody hears the answer. */
    @Rule("WATCH-004")
    void asManyHandlesAreToldAsMayBeAndThatThereAreMore() {
        LoopOptions nowhere = LoopOptions.defaults().withResolver(host -> {
            throw new UnknownHostException(host);
        });
        withLoop(nowhere, loop -> {
            int count = 0;
            for (int next : List.of(1, MOST_LINES - 1, MOST_LINES, MOST_LINES + 1, MOST_OBJECTS - 1, MOST_OBJECTS, MOST_OBJECTS + 1,
                    MOST_OBJECTS + 5)) {
                for (; count < next; count++) {
                    loop.connect("nowhere.test", 1);
                }
                String text = loop.describe();
                assertEquals(Math.min(count, MOST_LINES), text.lines().filter(line -> line.startsWith("  socket to ")).count(), text);
                assertEquals(count > MOST_LINES, text.endsWith("and others"), text);
                Map<String, Object> told = read(loop);
                assertEquals(Math.min(count, MOST_OBJECTS), ((List<?>) told.get("handles")).size(), "handles told of " + count);
                assertEquals((double) Math.max(0, count - MOST_OBJECTS), told.get("handlesLeftOut"), "left out of " + count);
            }
            loop.close();
        });
    }

    /** What a program sees of each kind of handle, in each state that is not that of a fresh one. */
    @Rule("WATCH-004")
    void eachHandleIsToldAsItIs() {
        int ending = peerServer(peer -> peer.end().hold());
        int stalled = smallPeerServer(Peer::hold);
        int silent = silentPort();
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {}).pause();
            RecordedSocket connecting = connect(loop, silent);
            RecordedSocket ended = connect(loop, ending, SocketOptions.defaults().withAllowHalfOpen(true));
            ended.onConnect(s -> s.unref());
            RecordedSocket closing = connect(loop, stalled, SMALL).onConnect(s -> {
                s.write(new byte[big()]);
                s.close();
            });
            loop.signal("USR2", signal -> {});
            when(loop, () -> ended.saw("end") && loop.stats().closingSockets() == 1, all -> {
                String json = loop.describeAsJson();
                Map<String, Object> told = JsonReader.read(json);
                assertEquals(numbers("connecting", 1, "open", 1, "closing", 1, "servers", 1, "datagramSockets", 0, "timers", 0,
                        "signals", 1), told.get("counts"), json);
                assertEquals(numbers("handles", 3, "timers", 0, "signals", 0, "holds", 0, "tasks", 0), told.get("keptAliveBy"), json);
                assertTold(told, "server", server.localAddress(), null, "open", true, false, true);
                assertTold(told, "socket", null, new InetSocketAddress(LOCALHOST, silent), "connecting", false, false, true);
                assertTold(told, "socket", ended.socket().localAddress(), ended.socket().remoteAddress(), "open", false, true, false);
                Map<String, Object> flushing = assertTold(told, "socket",
                        closing.socket().localAddress(), closing.socket().remoteAddress(), "flushing", false, false, true);
                assertTrue((double) flushing.get("pendingBytes") > 0, json);
                assertEquals((double) closing.socket().pendingBytes(), flushing.get("pendingBytes"), json);
                connecting.socket().abort();
                loop.close();
            });
        });
    }

    @Rule("WATCH-004")
    @Needs(Capability.DATAGRAMS)
    void aDatagramSocketIsToldWithItsPeer() {
        DatagramPeer peer = peers().datagrams(LOCALHOST, 0);
        withLoop(loop -> {
            DatagramSocket socket = loop.datagram(LOCALHOST, 0).connect(peer.address()).pause().unref();
            Map<String, Object> told = read(loop);
            assertTold(told, "datagram socket", socket.localAddress(), peer.address(), "open", true, false, false);
            assertEquals(1.0, child(told, "counts").get("datagramSockets"), loop::describeAsJson);
            socket.disconnect().resume().ref();
            assertTold(read(loop), "datagram socket", socket.localAddress(), null, "open", false, false, true);
            socket.close();
        });
    }

    private static Map<String, Object> assertTold(Map<String, Object> told, String kind, @Nullable SocketAddress local,
            @Nullable SocketAddress peer, String state, boolean paused, boolean peerEnded, boolean ref) {
        Map<String, Object> expected = new HashMap<>(Map.of("kind", kind, "state", state, "paused", paused, "peerEnded", peerEnded, "ref", ref));
        if (local != null) {
            expected.put("local", plain(local));
        }
        if (peer != null) {
            expected.put("peer", plain(peer));
        }
        for (Object handle : (List<?>) told.get("handles")) {
            Map<String, Object> found = new HashMap<>(cast(handle));
            found.remove("pendingBytes");
            if (found.equals(expected)) {
                return cast(handle);
            }
        }
        throw new AssertionError("no " + expected + " among " + told.get("handles"));
    }
}
