package dev.anyloop.tck.rules.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Chapter ORDER of the specification: in which order callbacks come. */
public abstract class OrderingRules extends Chapter {

    private final List<RecordedSocket> sockets = new ArrayList<>();

    @Rule("ORDER-003")
    void tasksOfTheLoopThreadRunInOrderAndNeverInsideTheCall() {
        List<Integer> ran = new ArrayList<>();
        withLoop(loop -> {
            for (int i = 0; i < 100; i++) {
                int number = i;
                loop.execute(() -> ran.add(number));
            }
            assertEquals(List.of(), ran, "a task ran inside execute()");
        });
        assertEquals(IntStream.range(0, 100).boxed().toList(), ran);
    }

    @Rule("ORDER-003")
    void tasksOfEachThreadRunInTheirOrder() {
        int perThread = 5_000;
        List<List<Integer>> ran = IntStream.range(0, 4).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
        withLoop(loop -> {
            Hold hold = loop.hold();
            for (List<Integer> mine : ran) {
                helper(() -> IntStream.range(0, perThread).forEach(i -> loop.execute(() -> mine.add(i))));
            }
            when(loop, () -> ran.stream().allMatch(mine -> mine.size() == perThread), l -> hold.release());
        });
        ran.forEach(mine -> assertEquals(IntStream.range(0, perThread).boxed().toList(), mine));
    }

    @Rule("ORDER-004")
    void aTaskOfATaskRunsInALaterTurn() {
        List<Long> turns = new ArrayList<>();
        withLoop(loop -> loop.execute(() -> {
            turns.add(loop.stats().turns());
            loop.execute(() -> {
                turns.add(loop.stats().turns());
                loop.execute(() -> turns.add(loop.stats().turns()));
            });
        }));
        assertTrue(turns.get(0) < turns.get(1) && turns.get(1) < turns.get(2), "turns " + turns);
    }

    @Rule("ORDER-004")
    void aTaskThatAlwaysSubmitsAnotherStarvesNeitherInputNorTimers() {
        AtomicInteger fired = new AtomicInteger();
        int port = peerServer(peer -> {
            for (int i = 0; i < 10; i++) {
                peer.send("ping").readText(4);
            }
        });
        withLoop(loop -> {
            RecordedSocket socket = connect(loop, port).onRead((s, data) -> s.write(data));
            loop.interval(Duration.ofMillis(1), timer -> {
                if (fired.incrementAndGet() == 10) {
                    timer.cancel();
                }
            });
            repeatUntil(loop, () -> socket.saw("close") && fired.get() == 10);
            sockets.add(socket);
        });
        assertEquals("connect data end close", sockets.get(0).trace());
    }

    private static void repeatUntil(EventLoop loop, BooleanSupplier done) {
        loop.execute(() -> {
            if (!done.getAsBoolean()) {
                repeatUntil(loop, done);
            }
        });
    }

    /** The recording of each socket checks the grammar; here many of them meet every end there is. */
    @Rule("ORDER-005")
    void callbacksFollowTheGrammarWhateverBothEndsDo() {
        List<Consumer<Socket>> moves = List.of(Socket::pause, Socket::resume, Socket::end, Socket::close, Socket::abort,
                s -> s.write("more"), s -> s.write(new byte[300_000]), s -> {}, s -> {}, s -> {}, s -> {}, s -> {});
        List<PeerScript> scripts = List.of(
                peer -> peer.send("some").end().drain(),
                peer -> peer.send(new byte[100_000]).reset(),
                peer -> peer.send("some"),
                Peer::drain,
                Peer::reset,
                Peer::end);
        List<Integer> ports = scripts.stream().map(this::peerServer).toList();
        withLoop(loop -> {
            for (int i = 0; i < 120; i++) {
                RecordedSocket socket = connect(loop, ports.get(random().nextInt(ports.size())));
                Runnable move = () -> moves.get(random().nextInt(moves.size())).accept(socket.socket());
                socket.onConnect(s -> move.run()).onRead((s, data) -> move.run()).onEnd(s -> move.run());
                loop.timer(Duration.ofMillis(random().nextInt(20)), timer -> move.run());
                loop.timer(Duration.ofMillis(30), timer -> socket.socket().resume());
                sockets.add(socket);
            }
            when(loop, () -> sockets.stream().filter(socket -> socket.saw("data")).count() > 5, l ->
                    afterQuiet(loop, quiet -> sockets.forEach(socket -> socket.socket().close())));
        });
        sockets.forEach(socket -> assertTrue(
                socket.trace().matches("(connect (data )?(end )?)?(error )?close"), socket.trace()));
    }

    @Rule("ORDER-006")
    void callbacksSetInsideAcceptSeeTheFirstByte() {
        withLoop(loop -> {
            Server server = listen(loop, sockets::add);
            for (int i = 0; i < 50; i++) {
                peer(port(server), peer -> peer.send("first").end().drain());
            }
            when(loop, () -> sockets.size() == 50, l -> server.close());
        });
        sockets.forEach(socket -> assertEquals("first", socket.text()));
        sockets.forEach(socket -> assertEquals("data end close", socket.trace()));
    }

    private enum Silencer {
        PAUSE(Socket::pause), CLOSE(Socket::close), ABORT(Socket::abort);

        private final Consumer<Socket> call;

        Silencer(Consumer<Socket> call) {
            this.call = call;
        }
    }

    @Rule("ORDER-008")
    void noDataComesAfterASocketSilencedItself() {
        byte[] content = randomBytes(500_000);
        int port = peerServer(peer -> {
            try {
                peer.send(content).end();
            } catch (IOException e) {
                // The loop may have aborted by then.
            }
            peer.drain();
        });
        for (Silencer silencer : Silencer.values()) {
            withLoop(loop -> {
                AtomicInteger reads = new AtomicInteger();
                RecordedSocket socket = connect(loop, port).onRead((s, data) -> {
                    reads.incrementAndGet();
                    silencer.call.accept(s);
                });
                when(loop, () -> reads.get() == 1, l -> afterQuiet(loop, quiet -> {
                    assertEquals(1, reads.get(), "reads after " + silencer);
                    socket.onRead((s, data) -> {}).socket().resume();
                }));
                sockets.add(socket);
            });
        }
        assertSameBytes(content, sockets.get(0).bytes(), "paused and resumed");
    }

    @Rule("ORDER-008")
    void aSocketMaySilenceTheOthersOfTheSameBatch() {
        int count = 20;
        for (Silencer silencer : Silencer.values()) {
            AtomicInteger sent = new AtomicInteger();
            int port = peerServer(peer -> {
                peer.send("hello");
                sent.incrementAndGet();
                peer.drain();
            });
            withLoop(loop -> {
                List<RecordedSocket> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    all.add(connect(loop, port).onConnect(Socket::pause).onRead((s, data) -> silenceAll(all, silencer)));
                }
                when(loop, () -> sent.get() == count && all.stream().allMatch(r -> r.saw("connect")), l -> {
                    all.forEach(r -> r.socket().resume());
                    afterQuiet(loop, quiet -> {
                        assertEquals(1, all.stream().filter(r -> r.saw("data")).count(), "sockets that saw data");
                        all.forEach(r -> r.onRead((s, data) -> s.close()).socket().resume());
                        all.stream().filter(r -> r.saw("data")).forEach(r -> r.socket().close());
                    });
                });
                sockets.addAll(all);
            });
        }
        sockets.subList(0, count).forEach(r -> assertEquals("connect data close", r.trace(), "paused and resumed"));
    }

    private static void silenceAll(List<RecordedSocket> all, Silencer silencer) {
        all.forEach(r -> silencer.call.accept(r.socket()));
    }

    @Rule("ORDER-009")
    void aCallbackThatReplacesItselfSeesItsEventAndTheNewOneTheNext() {
        StringBuilder seen = new StringBuilder();
        int port = peerServer(peer -> {
            for (String message : List.of("a", "b", "c")) {
                peer.send(message).readText(1);
            }
        });
        withLoop(loop -> loop.connect(LOCALHOST, port).onRead((s, data) -> {
            s.onRead((s2, data2) -> {
                s2.onRead((s3, data3) -> append(seen, "third", s3, data3));
                append(seen, "second", s2, data2);
            });
            append(seen, "first", s, data);
        }));
        assertEquals("first:a second:b third:c ", seen.toString());
    }

    private static void append(StringBuilder seen, String who, Socket socket, ByteBuffer data) {
        seen.append(who).append(':').append((char) data.get(data.position())).append(' ');
        socket.write(data);
    }

    @Rule("ORDER-009")
    void anEventThatIsToComeGoesToTheCallbackThatIsSetWhenItComes() {
        StringBuilder seen = new StringBuilder();
        int port = peerServer(Peer::end);
        withLoop(loop -> loop.connect(LOCALHOST, port)
                .onEnd(s -> seen.append("wrong "))
                .onClose((s, error) -> seen.append("wrong "))
                .onConnect(s -> s.onEnd(s2 -> {
                    seen.append("end ");
                    s2.onClose((s3, error) -> seen.append("close"));
                })));
        assertEquals("end close", seen.toString());
    }

    /** There is more to read whenever a callback returns, so an engine that reads until nothing is left never ends. */
    @Rule("ORDER-011")
    @Stochastic(3)
    void aFirehoseStarvesNeitherOtherSocketsNorTimers() {
        AtomicInteger fired = new AtomicInteger();
        AtomicInteger pings = new AtomicInteger();
        AtomicLong sent = new AtomicLong();
        int hose = peerServer(peer -> {
            try {
                for (byte[] drop = new byte[8 * 1024]; ; sent.addAndGet(drop.length)) {
                    peer.send(drop);
                }
            } catch (IOException e) {
                // The loop is done with it.
            }
        });
        int pingPong = peerServer(peer -> {
            for (int i = 0; i < 20; i++) {
                peer.send("ping").readText(4);
                pings.incrementAndGet();
            }
        });
        withLoop(loop -> {
            AtomicLong flood = new AtomicLong();
            long[] turnAndChunks = new long[2];
            Socket firehose = loop.connect(LOCALHOST, hose)
                    .onRead((s, data) -> {
                        flood.addAndGet(data.remaining());
                        assertTakesTurns(s, turnAndChunks);
                        until(() -> sent.get() > flood.get(), () -> "no more comes");
                    }).onError((s, error) -> {});
            when(loop, () -> flood.get() > much(1), flooded -> {
                connect(loop, pingPong).onRead((s, data) -> s.write(data));
                loop.interval(Duration.ofMillis(1), timer -> {
                    if (fired.incrementAndGet() >= 20 && pings.get() == 20) {
                        timer.cancel();
                        firehose.abort();
                    }
                });
            });
        });
        assertTrue(fired.get() >= 20 && pings.get() == 20);
    }

    /** So many chunks in one turn as no bound would allow. */
    private static void assertTakesTurns(Socket firehose, long[] turnAndChunks) {
        long turn = firehose.loop().stats().turns();
        turnAndChunks[1] = turn == turnAndChunks[0] ? turnAndChunks[1] + 1 : 0;
        turnAndChunks[0] = turn;
        if (turnAndChunks[1] == 1_000) {
            firehose.abort();
            throw new AssertionError("1,000 chunks of one socket in one turn");
        }
    }
}
