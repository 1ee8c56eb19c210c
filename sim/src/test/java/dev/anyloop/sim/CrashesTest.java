package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that crashes is silent at once, also if it is its own program that does it; and what it was is over when it is back. */
class CrashesTest {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation sim = Simulation.withSeed(1);
    private final List<String> words = new ArrayList<>();

    @AfterEach
    void close() {
        sim.close();
    }

    private static InetSocketAddress address(Host host, int port) {
        return new InetSocketAddress(host.address(), port);
    }

    // ---- the end of callbacks ----

    /** All that could follow: another timer of that turn, a task, a completion, a close callback, the question whether to go on. */
    private void startAndEnd(Runnable end) {
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> { }));
        sim.host("a").start(loop -> {
            if (words.isEmpty()) {
                words.add("start");
                loop.connect("server", 7).onConnect(socket -> {
                    socket.onClose((same, error) -> words.add("close"));
                    loop.timer(Duration.ofMillis(10), timer -> {
                        socket.write(ByteBuffer.allocate(1), (same, error) -> words.add("completion"));
                        loop.execute(() -> words.add("task"));
                        end.run();
                        loop.execute(() -> words.add("task"));
                        socket.close();
                    });
                    loop.timer(Duration.ofMillis(10), timer -> words.add("timer"));
                });
            }
        }, loop -> {
            words.add("again?");
            return false;
        });
        sim.advance(SOON);
    }

    @Test
    void theCallbackThatCrashesItsHostIsTheLast() {
        startAndEnd(() -> sim.host("a").crash());
        assertEquals(List.of("start"), words);
    }

    @Test
    void theCallbackThatBouncesItsHostIsTheLastOfThatLife() {
        startAndEnd(() -> sim.host("a").bounce());
        assertEquals(List.of("start", "again?"), words); // the second life has nothing to do
    }

    @Test
    void theCallbackThatClosesTheSimulationIsTheLast() {
        sim.host("a").start(loop -> {
            loop.timer(Duration.ofMillis(10), timer -> sim.close());
            loop.timer(Duration.ofMillis(10), timer -> words.add("timer"));
        });
        sim.advance(SOON);
        assertEquals(List.of(), words);
    }

    @Test
    void aProgramThatHasNothingElseToDoIsNotAskedWhetherToGoOn() {
        sim.host("a").start(loop -> loop.timer(Duration.ZERO, timer -> sim.host("a").crash()), loop -> words.add("again?"));
        sim.advance(SOON);
        assertEquals(List.of(), words);
    }

    @Test
    void whatFollowsInThatCallbackChangesNothing() {
        sim.host("server").start(loop -> {
            loop.listen(null, 7, (server, socket) -> words.add("accept"));
            loop.datagram(null, 7).onReceive((same, data, sender) -> words.add("datagram"));
        });
        InetSocketAddress there = address(sim.host("server"), 7);
        sim.host("a").start(loop -> {
            var datagrams = loop.datagram(null, 0);
            loop.timer(Duration.ofMillis(10), timer -> {
                sim.host("a").bounce();
                datagrams.send(ByteBuffer.allocate(1), there);
                loop.datagram(null, 5).send(ByteBuffer.allocate(1), there);
                loop.connect(there, ConnectOptions.defaults());
                loop.listen(null, 80, (server, socket) -> { }); // and leaves the port to who begins anew
            });
        });
        sim.advance(Duration.ofMillis(15));
        sim.host("a").start(loop -> loop.listen(null, 80, (server, socket) -> { }));
        sim.advance(Duration.ofMillis(4));
        assertEquals(List.of(), words);
    }

    @Test
    void aLoopThatTheTestRunsReturnsAndIsClosedInSilence() {
        try (EventLoop loop = sim.host("a").open()) {
            loop.listen(null, 7, (server, socket) -> { }).onClose(server -> words.add("close"));
            loop.datagram(null, 7).onClose(socket -> words.add("close"));
            loop.connect("a", 7).onClose((socket, error) -> words.add("close"));
            loop.timer(Duration.ofMillis(20), timer -> words.add("timer"));
            sim.host("b").start(other -> other.timer(Duration.ofMillis(10), timer -> sim.host("a").bounce()));
            loop.run();
            assertEquals(Duration.ofMillis(10), sim.now());
            loop.execute(() -> words.add("task"));
            loop.run();
        }
        assertEquals(List.of(), words);
        sim.host("a").start(loop -> loop.listen(null, 7, (server, socket) -> { }));
        sim.advance(SOON);
    }

    @Test
    void whatWasGivenToTheExecutorGoesWithTheHost() {
        sim.host("a").executor().execute(() -> words.add("before it had a program"));
        sim.host("a").start(EventLoop::hold);
        sim.host("a").executor().execute(() -> words.add("after"));
        sim.host("a").bounce();
        sim.advance(SOON);
        assertEquals(List.of(), words);
    }

    // ---- what is under way ----

    @Test
    void whatIsLostAfterACrashIsNotSentAgain() {
        Log served = new Log();
        List<Socket> sockets = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> served.of(socket)));
        sim.host("client").start(loop -> sockets.add(loop.connect("server", 7)));
        sim.advance(SOON);
        Rule cut = sim.link("client", "server").partition();
        sockets.get(0).write("ghost");
        sim.advance(SOON);
        sim.host("client").crash();
        sim.advance(SOON);
        cut.close();
        sim.advance(Duration.ofMinutes(5));
        assertEquals("", served.text());
    }

    @Test
    void whatIsOnItsWayWhenItsSenderCrashesArrives() {
        Log served = new Log();
        List<Socket> sockets = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> served.of(socket)));
        sim.host("client").start(loop -> sockets.add(loop.connect("server", 7)));
        sim.advance(SOON);
        sim.link("client", "server").latency(SOON);
        sockets.get(0).write("last words");
        sim.advance(Duration.ofMillis(1));
        sim.host("client").crash();
        sim.advance(SOON);
        assertEquals("last words", served.text());
    }

    // ---- the same addresses again ----

    @Test
    void whoIsBackConnectsFromTheSamePortAsBefore() {
        List<Log> served = new ArrayList<>();
        List<Log> clients = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> served.add(new Log().of(socket))));
        sim.host("client").start(loop -> clients.add(new Log().of(connectFrom5000(loop))));
        sim.advance(SOON);
        sim.host("client").bounce();
        sim.advance(SOON);
        assertEquals("[connect, connect]", clients.toString());
        assertEquals("[CONNECTION_RESET close, ]", served.toString());
    }

    @Test
    void whatAnOlderConnectionHadUnderWayIsNotForTheNewOne() {
        List<Log> served = new ArrayList<>();
        List<Socket> sockets = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 7, (server, socket) -> served.add(new Log().of(socket))));
        sim.host("client").start(loop -> sockets.add(connectFrom5000(loop)));
        sim.advance(SOON);
        Rule slow = sim.link("client", "server").latency(SOON);
        sockets.get(0).write("old");
        slow.close();
        sim.host("client").bounce();
        sim.advance(Duration.ofMillis(100));
        sockets.get(1).write("new");
        sim.advance(Duration.ofSeconds(2));
        assertEquals("new", served.get(1).text());
        assertEquals("", served.get(1).toString());
    }

    private Socket connectFrom5000(EventLoop loop) {
        return loop.connect("server", 7, ConnectOptions.defaults().withLocalAddress(new InetSocketAddress("0.0.0.0", 5000)));
    }
}
