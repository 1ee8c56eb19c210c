package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.OpenLoops;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakeTransport;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What a loop and its handles say of themselves to people, word for word. */
class DescriptionsOnTheFakeTest extends OnTheFake {

    private static final LoopOptions NAMED = LoopOptions.defaults().withName("tester");
    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    @Rule({"THREAD-001", "ERR-001"})
    void aSocketTellsItsPeerItsStateAndWhatIsInTheWay() {
        List<String> told = new ArrayList<>();
        run(loop -> {
            Socket socket = connect(loop, HALF_OPEN);
            told.add(socket.toString());
            assertNull(socket.localAddress());
            assertNull(socket.remoteAddress());
            socket.onConnect(s -> told.add(s.toString())).onEnd(s -> {
                peer().capacity(0);
                s.write("1234567");
                told.add(s.pause().toString());
                assertEquals(new InetSocketAddress("10.0.0.1", 80), s.remoteAddress());
                assertEquals(connection(0).localAddress(), s.localAddress());
                s.abort();
                told.add(s.toString());
            }).onClose((s, error) -> told.add(s.toString()));
            at(loop, 5, l -> peer().end());
        });
        String name = "socket to 10.0.0.1:80";
        String from = name + " from 127.0.0.1:50001";
        assertEquals(List.of(
                name + ": connecting",
                from + ": open",
                from + ": open, paused, peer has ended, 7 bytes pending",
                from + ": releasing, paused, peer has ended",
                from + ": closed, paused, peer has ended"), told);
    }

    @Rule("ERR-001")
    void anAcceptedSocketAndItsServerTellTheirAddresses() {
        List<String> told = new ArrayList<>();
        run(loop -> {
            Server listening = loop.listen("10.0.0.2", 9000, (server, socket) -> {
                told.add(socket.toString());
                socket.abort();
                told.add(server.toString());
                told.add(server.pause().toString());
                server.close();
                told.add(server.toString());
            });
            fake.transport().acceptor(0).connect();
            assertEquals(new InetSocketAddress("10.0.0.2", 9000), listening.localAddress());
        });
        assertEquals(List.of(
                "socket to 127.0.0.1:50001 from 10.0.0.2:9000: open",
                "server on 10.0.0.2:9000",
                "server on 10.0.0.2:9000: paused",
                "server on 10.0.0.2:9000: closed"), told);
    }

    @Rule("THREAD-001")
    void aLoopTellsWhatItDoesAndWhatKeepsItAlive() {
        List<String> told = new ArrayList<>();
        EventLoop loop = fake.open(NAMED);
        String thread = Thread.currentThread().getName();
        told.add(loop.describe());
        loop.run(l -> {
            l.listen("10.0.0.2", 9000, (server, socket) -> {}).unref();
            connect(l, SocketOptions.defaults())
                    .onRead((s, data) -> told.add(l.describe().lines().findFirst().orElseThrow()));
            at(l, 1_000, same -> peer().send("x"));
            l.hold();
            l.interval(Duration.ofSeconds(2), timer -> {
                told.add(l.describe());
                l.close();
            });
            l.timer(Duration.ofDays(1), timer -> {}).unref();
        });
        told.add(loop.describe().lines().findFirst().orElseThrow());
        assertEquals("loop \"tester\" on fake", loop.toString());
        assertEquals("fake", loop.backend());
        String name = "loop \"tester\" on fake, thread " + thread + ": ";
        assertEquals(List.of(
                name + "not running, 0 turns"
                        + "\nkept alive by: 0 sockets and servers, 0 timers, 0 signals, 0 holds, 0 tasks"
                        + "\nin all: 0 connecting, 0 open, 0 closing, 0 servers, 0 datagram sockets, 0 timers, 0 signals",
                name + "running, inside onRead of socket to 10.0.0.1:80 from 127.0.0.1:50001: open, 3 turns",
                name + "running, inside timer of interval of PT2S, 4 turns"
                        + "\nkept alive by: 1 sockets and servers, 1 timers, 0 signals, 1 holds, 0 tasks"
                        + "\nin all: 0 connecting, 1 open, 0 closing, 1 servers, 0 datagram sockets, 2 timers, 0 signals"
                        + "\n  server on 10.0.0.2:9000, unref'd"
                        + "\n  socket to 10.0.0.1:80 from 127.0.0.1:50001: open",
                name + "closed"), told);
    }

    /** Threads that describe the loop may come at any moment: here at the one at which core asks for the addresses. */
    @Rule({"THREAD-001", "ERR-001"})
    void aSocketIsNotSeenBeforeItsAddressesAreKnown() {
        List<String> seen = new ArrayList<>();
        EventLoop[] loop = new EventLoop[1];
        FakeTransport engine = new FakeTransport(fake.clock());
        Consumer<Object[]> look = arguments -> seen.add(loop[0].describe());
        Transport watched = before(Transport.class, engine, "listen", listening -> listening[2] =
                before(AcceptorEvents.class, (AcceptorEvents) listening[2], "accepted", accepting -> accepting[0] =
                        before(Connection.class, (Connection) accepting[0], "remoteAddress", look)));
        loop[0] = Loops.open("watched", LoopOptions.defaults(), watched, fake.clock());
        loop[0].listen("10.0.0.2", 9000, (server, socket) -> loop[0].close());
        engine.acceptor(0).connect();
        loop[0].run();
        assertEquals(1, seen.size());
        assertFalse(seen.get(0).contains("null"), seen.get(0));
    }

    /** Does something with the arguments of a method before it is called. */
    private static <T> T before(Class<T> type, T target, String method, Consumer<Object[]> action) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
            if (called.getName().equals(method)) {
                action.accept(arguments);
            }
            return called.invoke(target, arguments);
        }));
    }

    /** A task's own words may be for its own thread only. */
    @Rule("THREAD-001")
    void aTaskIsCalledByItsClass() {
        List<String> told = new ArrayList<>();
        final class Task implements Runnable {
            private final EventLoop loop;

            Task(EventLoop loop) {
                this.loop = loop;
            }

            @Override
            public void run() {
                told.add(loop.describe().lines().findFirst().orElseThrow());
            }

            @Override
            public String toString() {
                throw new IllegalStateException("not now");
            }
        }
        run(loop -> loop.execute(new Task(loop)));
        assertTrue(told.get(0).contains("inside task of " + Task.class.getName() + ","), told.get(0));
    }

    @Rule("THREAD-001")
    void ofManyHandlesTwentyAreDescribedWhateverHasGone() {
        run(loop -> {
            List<Socket> sockets = IntStream.rangeClosed(1, 40)
                    .mapToObj(port -> loop.connect("10.0.0.1", port)).toList();
            assertEquals(3 + 20 + 1, loop.describe().lines().count());
            assertTrue(loop.describe().endsWith("\n  … and others"));
            for (Socket socket : sockets.subList(5, 25)) {
                socket.abort();
            }
            at(loop, 1, l -> {
                List<String> left = loop.describe().lines().skip(3).sorted().toList();
                List<String> expected = IntStream.rangeClosed(1, 40).filter(port -> port <= 5 || port > 25)
                        .mapToObj(port -> "  socket to 10.0.0.1:" + port + ": connecting").sorted().toList();
                assertEquals(expected, left);
                loop.close();
            });
        });
    }

    /** The keys are other people's: none is renamed, and none goes. */
    @Rule("WATCH-004")
    void programsAreToldTheSameByKeysThatStay() {
        EventLoop loop = fake.open(NAMED);
        List<String> told = new ArrayList<>();
        loop.run(l -> {
            l.listen("10.0.0.2", 9000, (server, socket) -> {}).unref().pause();
            connect(l, SocketOptions.defaults()).onConnect(s -> {
                s.write("1234567");
                told.add(l.describeAsJson());
                l.close();
            });
        });
        String thread = Thread.currentThread().getName();
        assertEquals("{\"name\":\"tester\",\"backend\":\"fake\",\"thread\":\"" + thread + "\",\"state\":\"running\","
                + "\"inside\":{\"callback\":\"onConnect\",\"of\":\"socket to 10.0.0.1:80 from 127.0.0.1:50001: open, 7 bytes pending\"},"
                + "\"keptAliveBy\":{\"handles\":1,\"timers\":0,\"signals\":0,\"holds\":0,\"tasks\":0},"
                + "\"counts\":{\"connecting\":0,\"open\":1,\"closing\":0,\"servers\":1,\"datagramSockets\":0,\"timers\":0,\"signals\":0},"
                + "\"turns\":{\"count\":1,\"longestSeconds\":0.0,\"p50Seconds\":0.0,\"p99Seconds\":0.0},"
                + "\"bytes\":{\"in\":0,\"out\":0},"
                + "\"handles\":[{\"kind\":\"server\",\"local\":\"10.0.0.2:9000\",\"state\":\"open\",\"paused\":true,\"peerEnded\":false,"
                + "\"pendingBytes\":0,\"ref\":false},"
                + "{\"kind\":\"socket\",\"local\":\"127.0.0.1:50001\",\"peer\":\"10.0.0.1:80\",\"state\":\"open\",\"paused\":false,"
                + "\"peerEnded\":false,\"pendingBytes\":7,\"ref\":true}],\"handlesLeftOut\":0}", told.get(0));
    }

    @Rule("WATCH-004")
    void ofManyHandlesAThousandAreToldToPrograms() {
        run(loop -> {
            for (int port = 1; port <= 1_003; port++) {
                loop.connect("10.0.0.1", port);
            }
            String told = loop.describeAsJson();
            assertEquals(1_000, told.split("\\{\"kind\"", -1).length - 1);
            assertTrue(told.endsWith("],\"handlesLeftOut\":3}"), told.substring(told.length() - 50));
            loop.close();
        });
    }

    /** A loop that nobody closes is a mistake, but not one for which memory is to be lost. */
    @Rule("WATCH-005")
    void aLoopThatNobodyHasAnyMoreIsNotListed() throws InterruptedException {
        WeakReference<EventLoop> forgotten = new WeakReference<>(new FakeEventLoopProvider().open(NAMED.withName("forgotten")));
        for (int tries = 0; tries < 600 && !forgotten.refersTo(null); tries++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(forgotten.refersTo(null), "it is kept");
        assertFalse(OpenLoops.describe().contains("\"forgotten\""), OpenLoops::describe);
    }

    @Rule("ERR-001")
    void aTimerTellsWhetherItRepeats() {
        run(loop -> {
            assertEquals("timer", loop.timer(Duration.ofMillis(1), timer -> {}).toString());
            assertEquals("interval of PT0.001S", loop.interval(Duration.ofMillis(1), timer -> {}).toString());
            loop.close();
        });
    }

    @Rule("ERR-001")
    void aSocketThatResolvesANameIsCalledByIt() {
        run(loop -> {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.test", 80);
            Socket socket = loop.connect(unresolved, ConnectOptions.defaults());
            assertEquals("socket to nowhere.test:80: connecting", socket.toString());
            loop.close();
        });
    }
}
