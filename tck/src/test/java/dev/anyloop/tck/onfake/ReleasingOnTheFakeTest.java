package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** When a socket is let go: not before its peer is known to be silent, and then with all that waited for it. */
class ReleasingOnTheFakeTest extends OnTheFake {

    private static final SocketOptions DEFAULTS = SocketOptions.defaults();

    /** Each poll serves one socket only, and the one that closes comes last: the others say nothing about its peer. */
    @Rule({"CLOSE-003", "SEAM-008"})
    void afterAFullBatchAPeerIsNotYetSilent() {
        run(loop -> {
            for (int i = 0; i < 4; i++) {
                Socket socket = loop.connect("10.0.0.2", 80);
                connection(i).complete();
                if (i == 3) {
                    logged(socket);
                    at(loop, 100, l -> socket.close());
                } else {
                    socket.unref();
                }
            }
            at(loop, 100, l -> {
                fake.transport().batchSize(1);
                for (int i = 0; i < 4; i++) {
                    connection(i).peer().send(new byte[i == 3 ? 1 : 70_000]);
                }
            });
        });
        assertEquals(List.of("close@1100"), log);
        assertFalse(connection(3).peer().sawReset());
    }

    @Rule({"CLOSE-003", "SEAM-008"})
    void afterAFullBatchAPeerThatSaysNothingIsWaitedForUntilOneThatIsNotFull() {
        run(loop -> {
            for (int i = 0; i < 4; i++) {
                loop.connect("10.0.0.2", 80).unref();
                connection(i).complete();
            }
            Socket closing = logged(loop.connect("10.0.0.1", 80));
            connection(4).complete();
            at(loop, 100, l -> {
                closing.close();
                fake.transport().batchSize(1);
                for (int i = 0; i < 4; i++) {
                    connection(i).peer().send("x");
                }
            });
        });
        assertEquals(List.of("close@100"), log);
    }

    @Rule({"CLOSE-005", "CONN-008"})
    void aSocketThatIsClosedWhileItConnectsIsGoneAtOnce() {
        run(loop -> {
            Socket socket = logged(loop.connect("10.0.0.1", 80));
            at(loop, 5, l -> socket.close());
        });
        assertEquals(List.of("close@5"), log);
    }

    /** What waits for a socket that is gone would hold its memory, and wake the loop for nothing. */
    @Rule({"TIMEOUT-008", "RES-004"})
    void theTimeoutsOfASocketThatIsGoneCostNoTurn() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS)
                    .readTimeout(Duration.ofMillis(50)).writeTimeout(Duration.ofMillis(80));
            peer().capacity(0);
            socket.write("x");
            Socket connecting = logged(loop.connect("10.0.0.3", 80, ConnectOptions.defaults()
                    .withConnectTimeout(Duration.ofMillis(90))));
            at(loop, 1, l -> {
                socket.abort();
                connecting.abort();
            });
            loop.listen("10.0.0.2", 9000, (server, s) -> {}).onError((server, error) -> server.close());
            fake.transport().acceptor(0).fail(new EngineException(24, "Too many open files"));
            at(loop, 2, l -> {
                long before = loop.stats().turns();
                at(loop, 1_000, x -> assertEquals(before + 1, loop.stats().turns()));
            });
        });
    }

    @Rule({"CLOSE-005", "RES-004"})
    void aPeerIsWatchedNoLongerThanItsSocketLingers() {
        run(loop -> {
            Socket socket = connect(loop, DEFAULTS);
            at(loop, 100, l -> {
                socket.close();
                loop.execute(socket::abort); // before the poll that would show that nothing comes
            });
            at(loop, 200, l -> {
                long before = loop.stats().turns();
                at(loop, 1_000, x -> assertEquals(before + 1, loop.stats().turns()));
            });
        });
        assertEquals(List.of("close@100"), log);
    }

    /** Also if there is no descriptor whose release the close callback has to wait for. */
    @Rule("WRITE-006")
    void whatTheErrorCallbackWritesCompletesBeforeTheCloseCallback() {
        for (boolean atOnce : new boolean[] {false, true}) {
            log.clear();
            run(loop -> {
                if (atOnce) {
                    fake.transport().failNext(new EngineException(101, "Network is unreachable"));
                }
                Socket socket = logged(loop.connect("10.0.0.1", 80)).onError((s, error) -> {
                    log.add("error");
                    s.write(ByteBuffer.allocate(1), (same, refused) -> log.add(outcome("write", refused)));
                }).onClose((s, error) -> log.add("close"));
                if (!atOnce) {
                    connection(0).fail(new EngineException(101, "Network is unreachable"));
                }
                assertEquals(!atOnce, socket.isOpen());
            });
            assertEquals(List.of("error", "write SOCKET_CLOSED", "close"), log);
        }
    }
}
