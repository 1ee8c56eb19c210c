package dev.anyloop.tck.rules.timeout;

import static dev.anyloop.tck.peer.PeerScript.untilCut;
import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.Medium.UNIX;
import static dev.anyloop.tck.rules.NotOver.NO_HALF_CLOSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NotOver;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Chapter TIMEOUT of the specification: read timeouts, and what holds for all. What is about writing is in
 * {@link WriteTimeoutRules}, slow callbacks are in {@link SlowCallbackRules}.
 */
public abstract class TimeoutRules extends TimeoutChapter {

    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    // The read timeout

    @Rule({"TIMEOUT-001", "CONN-002"})
    void aSilentPeerTimesOutReading() {
        int port = peerServer(Peer::hold);
        withLoop(loop -> {
            Server server = listen(loop, accepted -> watchSilence(keep(accepted)).socket().readTimeout(timeout()));
            peer(port(server), Peer::hold);
            watchSilence(keep(connect(loop, port))).onConnect(s -> s.readTimeout(timeout()));
            BooleanSupplier allClosed = () -> sockets.size() == 2 && sockets.stream().allMatch(s -> s.saw("close"));
            when(loop, allClosed, l -> server.close());
        });
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
        assertFailed(1, "error close", ErrorKind.READ_TIMEOUT);
        NetworkException error = error(0);
        assertEquals("read " + endText(port), error.operation() + " " + error.host() + ":" + error.port());
    }

    private RecordedSocket watchSilence(RecordedSocket socket) {
        long start = nanoTime();
        return socket.onError((s, error) -> assertTrue(nanoTime() - start >= timeout().toNanos(), "early"));
    }

    /** One that waits for bytes has to time out while the others, which do not, stay. */
    @Rule({"TIMEOUT-001", "TIMEOUT-004", "TIMEOUT-006"})
    void onlyASocketThatWaitsForBytesTimesOutReading() {
        int silent = peerServer(Peer::hold);
        AtomicInteger over = new AtomicInteger();
        int ended = peerServer(peer -> {
            peer.send("x").end();
            over.incrementAndGet();
            peer.hold();
        });
        withLoop(loop -> {
            keep(connect(loop, silent)).onConnect(s -> s.readTimeout(timeout()));
            keep(connect(loop, ended, HALF_OPEN)).onConnect(Socket::pause).onRead((s, data) -> s.readTimeout(timeout()));
            keep(connect(loop, ended, HALF_OPEN)).onEnd(s -> s.readTimeout(timeout()));
            keep(connect(loop, silent)).onConnect(s -> s.readTimeout(timeout()).pause());
            keep(connect(loop, silent)).onConnect(s -> s.pause().readTimeout(timeout()));
            keep(connect(loop, silent)).onConnect(s -> s.readTimeout(timeout()).readTimeout(null));
            keep(connect(loop, silent)).onConnect(s -> s.readTimeout(timeout()).readTimeout(Duration.ZERO));
            keep(connect(loop, silent)).onConnect(s -> s.readTimeout(timeout()).readTimeout(Duration.ofDays(1)));
            keep(connect(loop, silent)).onConnect(s -> s.writeTimeout(timeout()));
            BooleanSupplier bothEnded = () -> sockets.get(1).saw("end") && sockets.get(2).saw("end"); // late, on a busy machine
            BooleanSupplier endIsOnItsWay = () -> over.get() == 2 && sockets.get(1).saw("connect"); // and not held up by anybody
            when(loop, endIsOnItsWay, l -> sockets.get(1).socket().resume());
            when(loop, bothEnded, ready -> assertOnlyTheFirstFails(loop));
        });
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
    }

    @Rule({"TIMEOUT-002", "TIMEOUT-006", "CONN-004"})
    @NotOver(value = UNIX, because = "a path is not resolved")
    void theReadTimeoutDoesNotRunWhileResolvingOrConnecting() {
        int port = peerServer(Peer::hold);
        Duration longer = timeout().multipliedBy(3);
        LoopOptions slow = LoopOptions.defaults().withResolver(host -> {
            block(longer);
            return List.of(InetAddress.getByName(LOCALHOST));
        });
        ConnectOptions impatient = connectOptions().withConnectTimeout(longer);
        withLoop(slow, loop -> {
            keep(record(loop.connect("slow.test", port, connectOptions())))
                    .onConnect(s -> armed())
                    .onError((s, error) -> assertNotEarly())
                    .socket().readTimeout(timeout());
            keep(record(loop.connect(address(silentPort()), impatient))).socket().write("x");
            sockets.get(1).socket().readTimeout(timeout()).writeTimeout(timeout());
        });
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
        assertFailed(1, "error close", ErrorKind.CONNECT_TIMEOUT);
    }

    @Rule("TIMEOUT-003")
    void writingDoesNotPutOffTheReadTimeout() {
        int port = peerServer(Peer::drain);
        withLoop(loop -> keep(connect(loop, port)).onConnect(s -> {
            s.readTimeout(timeout());
            loop.interval(timeout().dividedBy(10), timer -> s.write("x")).unref();
        }));
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
    }

    /** A byte at a time, for three times the timeout; then no more. */
    @Rule("TIMEOUT-003")
    void eachReceivedByteReArmsTheReadTimeout() {
        int[] left = {30};
        boolean[] begun = new boolean[1]; // until then the other side may take its time
        withLoop(loop -> {
            Server server = listen(loop, accepted -> loop.interval(timeout().dividedBy(10), timer -> {
                armed(); // not before this
                accepted.socket().write("x");
                if (--left[0] == 0) {
                    timer.cancel();
                }
            }));
            keep(connect(loop, port(server)))
                    .onRead((s, data) -> {
                        if (!begun[0]) {
                            begun[0] = true;
                            s.readTimeout(timeout());
                        }
                    })
                    .onError((s, error) -> assertNotEarly())
                    .onClose((s, error) -> server.close());
        });
        assertFailed(0, "connect data error close", ErrorKind.READ_TIMEOUT);
        assertEquals(30, sockets.get(0).byteCount());
    }

    @Rule("TIMEOUT-004")
    void resumeReArmsTheReadTimeoutInFull() {
        int port = peerServer(Peer::hold);
        withLoop(loop -> keep(connect(loop, port)).onConnect(s -> {
            s.readTimeout(timeout());
            loop.timer(timeout().dividedBy(2), half -> s.pause());
            loop.timer(timeout().multipliedBy(2), later -> {
                assertTrue(s.isOpen());
                armed();
                s.resume();
            });
        }).onError((s, error) -> assertNotEarly()));
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
    }

    // Setting and ending

    @Rule({"TIMEOUT-006", "ORDER-007"})
    void settingATimeoutAgainCountsAfresh() {
        int port = smallPeerServer(Peer::hold);
        BiConsumer<EventLoop, Consumer<Socket>> twice = (loop, setter) -> {
            RecordedSocket socket = keep(connect(loop, port, SMALL));
            socket.onConnect(s -> {
                s.write(new byte[big()]);
                long[] start = new long[1];
                socket.onError((same, error) ->
                        assertTrue(nanoTime() - start[0] >= timeout().toNanos(), "early"));
                setter.accept(s);
                loop.timer(timeout().dividedBy(2), timer -> {
                    start[0] = nanoTime();
                    setter.accept(s);
                });
            });
        };
        withLoop(loop -> {
            twice.accept(loop, s -> s.readTimeout(timeout()));
            twice.accept(loop, s -> s.writeTimeout(timeout()));
        });
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
        assertFailed(1, "connect error close", ErrorKind.WRITE_TIMEOUT);
    }

    /** A later one has to give way to an earlier one, in whichever callback it is set. */
    @Rule({"TIMEOUT-006", "ORDER-007"})
    @NotOver(value = TLS_1_2, because = NO_HALF_CLOSE)
    void aTimeoutMayBeSetInEveryCallback() {
        int port = smallPeerServer(untilCut(peer -> peer.send("x").end().hold())); // who waits for nothing may time out before
        SocketOptions options = SMALL.withAllowHalfOpen(true).withWaterMarks(1, 0);
        SocketCallback set = s -> s.writeTimeout(timeout()).readTimeout(timeout()).write(new byte[big()]);
        withLoop(loop -> {
            set.run(keep(connect(loop, port, options)).socket());
            keep(connect(loop, port, options)).onConnect(set);
            keep(connect(loop, port, options)).onRead((s, data) -> set.run(s));
            keep(connect(loop, port, options)).onEnd(set);
            keep(connect(loop, port, options)).onConnect(s ->
                    s.write(ByteBuffer.allocate(1), (same, error) -> set.run(s)));
            sockets.forEach(socket -> socket.socket().writeTimeout(Duration.ofDays(1)).readTimeout(Duration.ofDays(1)));
            set.run(sockets.get(0).socket());
            keep(connect(loop, refusingPort())).onError((s, error) -> set.run(s)).onClose((s, error) -> set.run(s));
        });
        for (int i = 0; i < 5; i++) {
            String kind = error(i).kind().name();
            assertTrue(kind.equals("READ_TIMEOUT") || kind.equals("WRITE_TIMEOUT"), i + ": " + kind);
        }
        assertFailed(5, "error close", ErrorKind.CONNECT_REFUSED);
    }

    /** All are due at once; then comes the callback of a timer, which was due a little later, and only then a poll. */
    @Rule({"TIMEOUT-004", "TIMEOUT-006", "TIMEOUT-007"})
    void aTimeoutThatIsDueIsCalledOffLikeOneThatIsNot() {
        int port = smallPeerServer(Peer::hold);
        List<SocketCallback> ways = List.of(
                s -> {},
                Socket::pause,
                s -> s.readTimeout(null),
                s -> s.readTimeout(Duration.ofDays(1)),
                s -> s.writeTimeout(null),
                s -> s.writeTimeout(Duration.ofDays(1)));
        RecordedSocket[] again = new RecordedSocket[1];
        withLoop(loop -> {
            for (int i = 0; i <= ways.size(); i++) {
                keep(connect(loop, port, SMALL)).onConnect(s -> s.write(new byte[big()]));
            }
            RecordedSocket resumed = sockets.remove(ways.size()).onError((s, error) -> assertNotEarly());
            again[0] = resumed;
            when(loop, () -> resumed.saw("connect") && sockets.stream().allMatch(s -> s.saw("connect")), all -> afterQuiet(loop, stalled -> {
                for (int i = 0; i < ways.size(); i++) {
                    if (i < 4) {
                        sockets.get(i).socket().readTimeout(timeout());
                    } else {
                        sockets.get(i).socket().writeTimeout(timeout());
                    }
                }
                resumed.socket().readTimeout(timeout());
                loop.timer(timeout(), timer -> {
                    for (int i = 0; i < ways.size(); i++) {
                        ways.get(i).run(sockets.get(i).socket());
                    }
                    armed();
                    resumed.socket().pause().resume();
                });
                assertOnlyTheFirstFails(loop);
                block(timeout().multipliedBy(2));
            }));
        });
        assertFailed(0, "connect error close", ErrorKind.READ_TIMEOUT);
        assertEquals(ErrorKind.READ_TIMEOUT, again[0].expectedError().kind());
    }

    @Rule({"TIMEOUT-008", "CLOSE-002", "CLOSE-004"})
    void noTimeoutIsReportedAfterClose() {
        int port = smallPeerServer(Peer::hold);
        Duration longer = timeout().multipliedBy(3);
        withLoop(loop -> {
            for (Consumer<Socket> end : List.<Consumer<Socket>>of(Socket::close, Socket::abort)) {
                keep(connect(loop, port, SMALL.withCloseTimeout(longer))).onConnect(s -> {
                    s.readTimeout(longer).writeTimeout(longer).write(new byte[big()]);
                    loop.timer(Duration.ZERO, armed -> {
                        s.readTimeout(timeout()).writeTimeout(timeout());
                        end.accept(s);
                        s.readTimeout(timeout()).writeTimeout(timeout());
                    });
                });
            }
        });
        sockets.forEach(socket -> assertEquals("connect close", socket.trace()));
        assertEquals(ErrorKind.CLOSE_TIMEOUT, sockets.get(0).expectedCloseError().kind());
        assertNull(sockets.get(1).closeError());
    }

    @Rule({"TIMEOUT-008", "LOOP-005"})
    void anArmedTimeoutDoesNotKeepTheLoopRunning() {
        int port = smallPeerServer(Peer::hold);
        Duration days = Duration.ofDays(1);
        withOpenLoop(loop -> {
            keep(connect(loop, port, SMALL)).onConnect(s -> {
                s.readTimeout(days).writeTimeout(days).write(new byte[big()]);
                s.unref();
            });
            loop.run();
            assertTrue(sockets.get(0).socket().isOpen());
            assertEquals("connect", sockets.get(0).trace());
        });
    }
}
