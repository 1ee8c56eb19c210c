package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Chapter LOOP of the specification, second part: what keeps a loop running, {@code unref} and holds. */
public abstract class LoopLifeRules extends LoopChapter {

    private static final ConnectOptions HALF_OPEN =
            ConnectOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true));

    /** A handle, in the state that the test is about. */
    private record Live(Runnable ref, Runnable unref, Runnable end) {

        static Live of(Timer timer) {
            return new Live(timer::ref, timer::unref, timer::cancel);
        }

        static Live of(Server server) {
            return new Live(server::ref, server::unref, server::close);
        }

        static Live of(Socket socket) {
            return new Live(socket::ref, socket::unref, socket::abort);
        }
    }

    @FunctionalInterface
    private interface Maker {
        /** Makes a handle, and says so when it is in its state. */
        void make(EventLoop loop, Consumer<Live> ready);
    }

    private Map<String, Maker> liveThings() {
        Map<String, Maker> things = new LinkedHashMap<>();
        things.put("a timer", (loop, ready) -> ready.accept(Live.of(loop.timer(Duration.ofHours(1), timer -> {}))));
        things.put("an interval", (loop, ready) -> ready.accept(Live.of(loop.interval(Duration.ofHours(1), t -> {}))));
        things.put("a server", (loop, ready) -> ready.accept(Live.of(listen(loop, accepted -> {}))));
        things.put("a paused server", (loop, ready) -> ready.accept(Live.of(listen(loop, accepted -> {}).pause())));
        things.put("a socket that resolves", (loop, ready) ->
                ready.accept(Live.of(record(loop.connect("slow.test", 80)).socket())));
        things.put("an open socket", connected(Peer::hold, socket -> {}));
        things.put("a paused socket", connected(Peer::hold, Socket::pause));
        things.put("a paused socket whose peer has sent and ended",
                connected(peer -> peer.send("x").end().hold(), Socket::pause));
        things.put("a socket that has ended", connected(Peer::hold, Socket::end));
        things.put("a socket whose peer has ended", (loop, ready) ->
                record(loop.connect(LOCALHOST, peerServer(peer -> peer.end().hold()), HALF_OPEN))
                        .onEnd(socket -> ready.accept(Live.of(socket))));
        return things;
    }

    private Maker connected(PeerScript peer, SocketCallback state) {
        int port = smallPeerServer(peer);
        return (loop, ready) -> connect(loop, port, SMALL).onConnect(socket -> {
            state.run(socket);
            ready.accept(Live.of(socket));
        });
    }

    @FunctionalInterface
    private interface LiveTest {
        void test(EventLoop loop, Live live);
    }

    /** With each live thing in turn, outside of its loop. */
    private void withEachLiveThing(LiveTest test) {
        liveThings().forEach((name, maker) -> withLive(name, maker, test));
    }

    private void withLive(String name, Maker maker, LiveTest test) {
        withOpenLoop(neverResolving(), loop -> {
            List<Live> live = new ArrayList<>();
            Hold hold = loop.hold();
            maker.make(loop, ready -> {
                live.add(ready);
                loop.stop();
            });
            loop.run();
            hold.release();
            try {
                test.test(loop, live.get(0));
            } catch (AssertionError e) {
                throw new AssertionError(name + ": " + e.getMessage(), e);
            }
        });
    }

    @Rule("LOOP-004")
    void whatIsLiveKeepsRunFromReturningUntilItEnds() {
        withEachLiveThing(this::keepsRunningUntilItEnds);
        withLive("a socket that still sends after close()", connected(Peer::hold, socket -> {
            socket.write(new byte[big()]);
            socket.close();
        }), this::keepsRunningUntilItEnds);
        int silent = silentPort(); // it costs too much to be one of the things of the other tests
        withLive("a socket that connects", (loop, ready) -> ready.accept(Live.of(connect(loop, silent).socket())),
                this::keepsRunningUntilItEnds);
    }

    private void keepsRunningUntilItEnds(EventLoop loop, Live live) {
        assertKeepsRunning(loop, "alive");
        live.end.run();
        assertReturns(loop, "ended");
    }

    @Rule("LOOP-005")
    void whatIsUnrefdDoesNotKeepRunFromReturning() {
        withEachLiveThing((loop, live) -> {
            live.unref.run();
            assertReturns(loop, "unref'd");
            live.ref.run();
            assertKeepsRunning(loop, "ref'd again");
            live.ref.run();
            live.unref.run();
            assertReturns(loop, "ref'd twice, unref'd once");
            live.unref.run();
            live.ref.run();
            assertKeepsRunning(loop, "unref'd twice, ref'd once");
            loop.execute(live.unref);
            assertReturns(loop, "unref'd in a task");
        });
    }

    @Rule("LOOP-005")
    void aRunThatFindsOnlyUnrefdTimersFiresNoneThatIsDue() {
        List<String> fired = new ArrayList<>();
        withOpenLoop(loop -> {
            loop.timer(Duration.ZERO, timer -> fired.add("timer")).unref();
            loop.interval(Duration.ofMillis(1), timer -> fired.add("interval")).unref();
            block(Duration.ofMillis(2));
            loop.run();
            assertEquals(List.of(), fired);
            loop.execute(() -> {});
            loop.run();
            assertEquals(List.of("timer", "interval"), fired, "after a turn that a task was the reason for");
        });
    }

    @Rule("LOOP-005")
    void whatEndsCountsOnceHoweverItWasRefd() {
        withEachLiveThing((loop, live) -> {
            Hold other = loop.hold();
            live.unref.run();
            live.end.run();
            assertKeepsRunning(loop, "its end counted for another");
            live.unref.run();
            assertKeepsRunning(loop, "its unref() after the end counted for another");
            live.ref.run();
            other.release();
            assertReturns(loop, "its ref() after the end counted");
        });
    }

    @Rule("LOOP-005")
    void whatIsUnrefdWorksAsEverWhileTheLoopRuns() {
        List<String> seen = new ArrayList<>();
        withLoop(loop -> {
            Hold hold = loop.hold();
            loop.timer(Duration.ofMillis(1), timer -> seen.add("timer")).unref();
            Timer interval = loop.interval(Duration.ofMillis(1), timer -> seen.add("interval"));
            interval.unref();
            Server server = listen(loop, accepted -> {
                accepted.socket().unref();
                accepted.onRead(Socket::write);
            });
            server.unref();
            RecordedSocket client = connect(loop, port(server)).onConnect(socket -> socket.write("echo"));
            client.socket().unref();
            when(loop, () -> client.text().equals("echo") && seen.size() >= 3, end -> hold.release());
        });
        assertTrue(seen.contains("timer") && seen.contains("interval"), seen.toString());
    }

    // Holds

    @Rule("LOOP-014")
    void aHoldKeepsRunFromReturningUntilAnyThreadReleasesIt() {
        withLoop(loop -> {
            Hold hold = loop.hold();
            assertEquals(1, loop.stats().holds());
            CountDownLatch stillThere = latch(1);
            helper(() -> {
                block(limits().mustNotHappen());
                loop.execute(stillThere::countDown);
                stillThere.await();
                block(Duration.ofMillis(5)); // now the loop waits, and nothing but the release can wake it
                hold.release();
            });
        });
        withLoop(loop -> {
            Hold hold = loop.hold();
            loop.timer(Duration.ofMillis(1), timer -> hold.release());
        });
    }

    @Rule("LOOP-014")
    void eachHoldCountsByItselfAndOnlyOnce() {
        withOpenLoop(loop -> {
            Hold first = loop.hold();
            Hold second = loop.hold();
            Hold third = loop.hold();
            first.release();
            first.release();
            first.release();
            assertKeepsRunning(loop, "two holds are left");
            assertEquals(2, loop.stats().holds());
            loop.execute(second::release);
            loop.execute(second::release);
            assertKeepsRunning(loop, "one hold is left");
            third.release();
            assertReturns(loop, "no hold is left");
            assertEquals(0, loop.stats().holds());
            loop.hold();
            assertKeepsRunning(loop, "a new hold");
        });
    }

    @Rule("LOOP-014")
    void aHoldMayOutliveItsLoop() {
        List<Hold> holds = new ArrayList<>();
        withOpenLoop(loop -> {
            holds.add(loop.hold());
            loop.close();
            holds.get(0).release();
            assertThrows(IllegalStateException.class, loop::hold);
        });
        holds.get(0).release();
    }
}
