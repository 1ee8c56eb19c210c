package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakePeer;
import java.time.Duration;
import java.util.List;

/** Core's I/O timeouts to the millisecond, and before kernels that are slow to tell. */
class TimeoutsOnTheFakeTest extends OnTheFake {

    private static final SocketOptions DEFAULTS = SocketOptions.defaults();

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Rule({"TIMEOUT-001", "TIMEOUT-003"})
    void theReadTimeoutCountsFromTheConnectionAndFromEachByte() {
        run(loop -> {
            logged(loop.connect("10.0.0.1", 80)).readTimeout(ms(100)).onConnect(s -> note("connect"));
            at(loop, 70, l -> connection(0).complete());
            at(loop, 169, l -> peer().send("x"));
            at(loop, 260, l -> peer().send("x"));
            at(loop, 261, l -> peer().send("x"));
        });
        assertEquals(List.of("connect@70", "error READ_TIMEOUT@361", "close READ_TIMEOUT@361"), log);
    }

    @Rule({"TIMEOUT-002", "ORDER-006"})
    void theReadTimeoutOfAnAcceptedSocketCountsFromTheAccept() {
        run(loop -> {
            Server server = loop.listen("10.0.0.1", 80, (s, socket) -> {
                logged(socket).readTimeout(ms(100));
                advance(30); // the callback takes its time
                s.close();
            });
            at(loop, 50, l -> fake.transport().acceptor(0).connect());
            assertTrue(server.isOpen());
        });
        assertEquals(List.of("error READ_TIMEOUT@180", "close READ_TIMEOUT@180"), log);
    }

    @Rule("TIMEOUT-004")
    void resumeReArmsInFullEachTime() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).onConnect(s -> {
            at(loop, 99, l -> s.pause());
            at(loop, 500, l -> s.resume());
            at(loop, 599, l -> s.pause().resume());
            at(loop, 650, l -> s.resume()); // not paused: nothing
        }));
        assertEquals(List.of("error READ_TIMEOUT@699", "close READ_TIMEOUT@699"), log);
    }

    @Rule({"TIMEOUT-001", "HALF-003"})
    void afterTheEndThereIsNoReadTimeout() {
        run(loop -> connect(loop, DEFAULTS.withAllowHalfOpen(true)).readTimeout(ms(100)).onConnect(s -> {
            at(loop, 50, l -> peer().end());
            at(loop, 200, l -> s.readTimeout(ms(10)));
            at(loop, 500, l -> s.end());
        }));
        assertEquals(List.of("close@500"), log);
    }

    @Rule("TIMEOUT-005")
    void theWriteTimeoutCountsFromTheStallAndFromEachByte() {
        run(loop -> connect(loop, DEFAULTS).writeTimeout(ms(100)).onConnect(s -> {
            FakePeer peer = peer().capacity(10);
            s.write(new byte[10]);
            at(loop, 200, l -> s.write(new byte[1_000]));
            for (int i = 1; i <= 20; i++) {
                int capacity = 10 + i;
                at(loop, 200 + 99 * i, l -> peer.capacity(capacity));
            }
        }));
        assertEquals(List.of("error WRITE_TIMEOUT@2280", "close WRITE_TIMEOUT@2280"), log);
    }

    @Rule("TIMEOUT-005")
    void moreToSendDoesNotPutOffTheWriteTimeout() {
        run(loop -> connect(loop, DEFAULTS).writeTimeout(ms(100)).onConnect(s -> {
            peer().capacity(0);
            s.write("x");
            at(loop, 50, l -> s.write("y"));
            at(loop, 99, l -> s.write(new byte[1_000_000]));
        }));
        assertEquals(List.of("error WRITE_TIMEOUT@100", "close WRITE_TIMEOUT@100"), log);
    }

    @Rule({"TIMEOUT-005", "TIMEOUT-006"})
    void eachStallHasItsOwnWriteTimeout() {
        run(loop -> connect(loop, DEFAULTS).writeTimeout(ms(100)).onConnect(s -> {
            FakePeer peer = peer().capacity(0);
            s.write("x");
            at(loop, 90, l -> peer.capacity(1));
            at(loop, 180, l -> s.write("y"));
            at(loop, 270, l -> s.writeTimeout(ms(50)));
            at(loop, 300, l -> s.writeTimeout(ms(70)));
        }));
        assertEquals(List.of("error WRITE_TIMEOUT@370", "close WRITE_TIMEOUT@370"), log);
    }

    @Rule("TIMEOUT-006")
    void nullAndZeroClearATimeout() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).writeTimeout(ms(100)).onConnect(s -> {
            peer().capacity(0);
            s.write("x");
            at(loop, 99, l -> s.readTimeout(null).writeTimeout(Duration.ZERO));
            at(loop, 1_000, l -> s.readTimeout(Duration.ZERO).writeTimeout(null));
            at(loop, 5_000, l -> s.abort());
        }));
        assertEquals(List.of("close@5000"), log);
    }

    @Rule({"TIMEOUT-006", "TIMER-006"})
    void aHugeTimeoutIsNoneAndATinyOneIsNotLost() {
        run(loop -> {
            logged(connect(loop, DEFAULTS)).readTimeout(Duration.ofSeconds(Long.MAX_VALUE)).onConnect(s -> {
                peer().capacity(0);
                s.writeTimeout(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)).write("x");
                at(loop, 40_000, l -> s.readTimeout(Duration.ofNanos(1)));
            });
        });
        assertEquals(List.of("error READ_TIMEOUT@40000", "close READ_TIMEOUT@40000"), log);
    }

    // A slow callback

    @Rule("TIMEOUT-007")
    void whatCameDuringASlowCallbackComesBeforeTheTimeout() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).writeTimeout(ms(100)).onConnect(s -> {
            peer().capacity(0);
            s.write("x");
            at(loop, 50, l -> {
                peer().send("y").capacity(1);
                advance(400);
            });
            at(loop, 500, l -> note("still open"));
        }));
        assertEquals(List.of("still open@500", "error READ_TIMEOUT@550", "close READ_TIMEOUT@550"), log);
    }

    @Rule({"TIMEOUT-007", "RES-004"})
    void aTimeoutThatGaveWayCostsNoTurnUntilItIsDueAgain() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).onConnect(s -> {
            at(loop, 50, l -> {
                peer().send("y");
                advance(400);
            });
            at(loop, 460, l -> {
                long before = loop.stats().turns();
                at(loop, 80, x -> assertEquals(before + 1, loop.stats().turns()));
            });
        }));
        assertEquals(List.of("error READ_TIMEOUT@550", "close READ_TIMEOUT@550"), log);
    }

    @Rule({"TIMEOUT-007", "HALF-001", "LOOP-006"})
    void anEndThatIsKeptBecauseTheLoopStopsOutdoesTheTimeout() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(l -> {
                loop.connect("10.0.0.2", 80).onRead((s, data) -> loop.stop()).unref();
                logged(loop.connect("10.0.0.1", 80)).readTimeout(ms(100)).onEnd(s -> note("end"));
                connection(0).complete();
                connection(1).complete();
                at(loop, 100, x -> { // when the timeout is due too
                    connection(0).peer().send("x");
                    connection(1).peer().end();
                });
            });
            note("stopped");
            loop.run();
        }
        assertEquals(List.of("stopped@100", "end@100", "close@100"), log);
    }

    /** Each poll serves one socket only, so the one with the timeout is told late that it has bytes. */
    @Rule({"TIMEOUT-007", "SEAM-008"})
    void aTimeoutWaitsForAPollThatWasNotFull() {
        run(loop -> {
            Socket[] others = new Socket[5];
            for (int i = 0; i < 5; i++) {
                others[i] = loop.connect("10.0.0.2", 80);
                connection(i).complete();
            }
            logged(loop.connect("10.0.0.1", 80)).readTimeout(ms(100)).onRead((s, data) -> {
                note("data");
                s.abort();
            });
            connection(5).complete();
            at(loop, 50, l -> {
                fake.transport().batchSize(1);
                for (int i = 0; i < 6; i++) {
                    connection(i).peer().send("x");
                }
                advance(400);
            });
            at(loop, 500, l -> loop.close());
        });
        assertEquals(List.of("data@450", "close@450"), log);
    }

    @Rule({"TIMEOUT-007", "SEAM-008"})
    void ofThousandsOfSocketsWithBytesNoneTimesOutHoweverFewAPollServes() {
        for (int batch : List.of(1, 20)) {
            int[] read = new int[1];
            run(loop -> {
                for (int i = 0; i < 2_000; i++) {
                    loop.connect("10.0.0.1", 80).readTimeout(ms(100)).onRead((s, data) -> {
                        read[0]++;
                        s.abort();
                    }).onError((s, error) -> note("error"));
                    connection(i).complete();
                }
                at(loop, 50, l -> {
                    fake.transport().batchSize(batch);
                    for (int i = 0; i < 2_000; i++) {
                        connection(i).peer().send("x");
                    }
                    advance(400);
                });
            });
            assertEquals(2_000, read[0], "were read, in batches of " + batch);
        }
    }

    /** Fifty sockets have more each time they are read, so no poll of twenty brings all there is. */
    @Rule({"TIMEOUT-007", "CLOSE-003", "SEAM-008"})
    void aFloodPutsOffNeitherATimeoutNorTheEndOfAClose() {
        run(loop -> {
            for (int i = 0; i < 50; i++) {
                int flooding = i;
                loop.connect("10.0.0.2", 80).onRead((s, data) -> {
                    fake.clock().advance(Duration.ofNanos(100_000));
                    connection(flooding).peer().send("more");
                });
                connection(i).complete();
            }
            loop.connect("10.0.0.1", 80).readTimeout(ms(100)).onError((s, error) -> note(error.kind() + " of the silent"));
            Socket closing = loop.connect("10.0.0.1", 80).onClose((s, error) -> note("closed"));
            connection(50).complete();
            connection(51).complete();
            at(loop, 10, l -> {
                fake.transport().batchSize(20);
                for (int i = 0; i < 50; i++) {
                    connection(i).peer().send("more");
                }
                closing.close();
            });
            at(loop, 30, l -> note("30 ms"));
            at(loop, 120, l -> loop.close());
        });
        assertEquals("[closed, 30 ms, READ_TIMEOUT of the silent]", log.toString().replaceAll("@\\d+", ""));
    }

    @Rule("TIMEOUT-007")
    void theLoopDoesNotWaitWhileATimeoutIsMarked() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).onConnect(s -> {
            long turns = loop.stats().turns();
            s.onError((same, error) -> {
                note("error");
                assertTrue(loop.stats().turns() - turns <= 5, "it spins");
            });
        }));
        assertEquals(List.of("error@100", "close READ_TIMEOUT@100"), log);
    }

    @Rule({"TIMEOUT-007", "LOOP-007"})
    void aTimeoutDueWhileTheLoopDidNotRunGivesWayToWhatCame() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Socket socket = connect(loop, DEFAULTS).readTimeout(ms(100)).onRead((s, data) -> note("data"));
            at(loop, 50, l -> loop.stop());
            loop.run();
            peer().send("x");
            advance(1_000);
            loop.run(l -> at(l, 10, x -> socket.abort()));
        }
        assertEquals(List.of("data@1050", "close@1060"), log);
    }

    @Rule({"TIMEOUT-007", "CONN-003"})
    void aConnectionMadeDuringASlowCallbackComesBeforeTheTimeout() {
        run(loop -> {
            ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(ms(100));
            logged(loop.connect("10.0.0.1", 80, options)).onConnect(s -> {
                note("connect");
                at(loop, 1_000, l -> s.abort());
            });
            logged(loop.connect("10.0.0.2", 80, options));
            connection(0).complete();
            advance(500);
        });
        assertEquals(List.of("connect@500", "error CONNECT_TIMEOUT@500", "close CONNECT_TIMEOUT@500", "close@1500"),
                log);
    }

    // The end of a socket is the end of its timeouts

    @Rule({"TIMEOUT-008", "CLOSE-002"})
    void afterCloseThereIsOnlyTheCloseTimeout() {
        run(loop -> connect(loop, DEFAULTS).readTimeout(ms(100)).writeTimeout(ms(100)).onConnect(s -> {
            peer().capacity(0);
            s.write("x");
            at(loop, 50, l -> s.close());
            at(loop, 60, l -> s.readTimeout(ms(1)).writeTimeout(ms(1)));
        }));
        assertEquals(List.of("close CLOSE_TIMEOUT@10050"), log);
    }

    /** It is marked, and the poll that it waits for is the one in which the socket is closed. */
    @Rule("TIMEOUT-008")
    void aMarkedTimeoutIsForgottenByAnAbort() {
        run(loop -> {
            Socket timed = logged(loop.connect("10.0.0.1", 80)).readTimeout(ms(100));
            connection(0).complete();
            Socket other = loop.connect("10.0.0.2", 80).onRead((s, data) -> {
                note("abort");
                timed.abort();
                s.abort();
            });
            connection(1).complete();
            at(loop, 50, l -> {
                connection(1).peer().send("x");
                advance(200);
            });
            assertTrue(other.isOpen());
        });
        assertEquals(List.of("abort@250", "close@250"), log);
    }

    @Rule("TIMEOUT-008")
    void anArmedTimeoutDoesNotKeepTheLoopRunning() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Socket socket = connect(loop, DEFAULTS).readTimeout(ms(100)).unref();
            at(loop, 99, l -> note("last timer"));
            loop.run();
            assertTrue(socket.isOpen());
        }
        assertEquals(List.of("last timer@99", "close@99"), log);
    }
}
