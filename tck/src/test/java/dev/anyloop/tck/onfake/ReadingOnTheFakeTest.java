package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Core's receiving half: what is held back and in which order it comes, above all around an end or a failure. */
class ReadingOnTheFakeTest extends OnTheFake {

    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);
    private static final int CHUNK = 65_536;

    private Socket noting(EventLoop loop) {
        return connect(loop, HALF_OPEN)
                .onRead((s, data) -> note("data " + data.remaining()))
                .onEnd(s -> note("end"));
    }

    private void breakOutput(Socket socket) {
        connection(0).failOutput(new IOException("Broken pipe"));
        socket.write("x");
    }

    // Data

    /** What comes in the poll after a resume joins what is held, and is more than one view may show. */
    @Rule({"READ-001", "READ-007"})
    void whatWasHeldComesInViewsOfLimitedSize() {
        run(loop -> {
            Socket socket = noting(loop);
            connection(0).readAhead();
            at(loop, 1, l -> {
                socket.pause();
                peer().send(new byte[10]);
            });
            at(loop, 5, l -> loop.execute(() -> { // before the poll that brings more, and the deferred phase after it
                socket.resume();
                peer().send(new byte[CHUNK]);
            }));
            at(loop, 10, l -> loop.close());
        });
        assertEquals(List.of("data 65536@5", "data 10@5", "close@10"), log);
    }

    @Rule({"READ-002", "READ-010"})
    void aViewIsEmptyWhenItsCallbackIsOver() {
        List<ByteBuffer> kept = new ArrayList<>();
        run(loop -> {
            connect(loop, HALF_OPEN).onRead((s, data) -> kept.add(data));
            at(loop, 1, l -> peer().send("hello"));
            at(loop, 2, l -> loop.close());
        });
        assertThrows(BufferUnderflowException.class, () -> kept.get(0).get());
    }

    // An end, or a failure, and what came before

    @Rule({"READ-007", "HALF-008"})
    void whatComesDuringAPauseFollowsInItsOrderToTheVeryFailure() {
        run(loop -> {
            Socket socket = noting(loop).onError((s, error) -> note("error " + error.kind()));
            connection(0).readAhead();
            at(loop, 1, l -> {
                socket.pause();
                peer().send("hello").end();
            });
            at(loop, 2, l -> peer().reset());
            at(loop, 5, l -> socket.resume());
        });
        assertEquals(List.of("data 5@5", "end@5", "error CONNECTION_RESET@5", "close CONNECTION_RESET@5"), log);
    }

    @Rule({"HALF-005", "HALF-001"})
    void aSocketClosesWhenTheSecondOfBothSidesEnds() {
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> s.end());
            at(loop, 6, l -> {
                assertTrue(peer().sawEnd() && s.isOpen());
                peer().send("late");
            });
            at(loop, 9, l -> peer().end());
        }));
        assertEquals(List.of("data 4@6", "end@9", "close@9"), log);
        log.clear();
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> peer().end());
            at(loop, 9, l -> s.end());
        }));
        assertEquals(List.of("end@14", "close@18"), log);
    }

    @Rule({"READ-005", "SEAM-007"})
    void afterAFailedOutputEverythingThatHadComeIsReadHoweverManyPollsItTakes() {
        run(loop -> noting(loop).onConnect(s -> at(loop, 5, l -> {
            peer().send(new byte[3 * CHUNK]);
            breakOutput(s);
        })));
        assertEquals(List.of("data 65536@5", "data 65536@5", "data 65536@5", "error CONNECTION_RESET@5",
                "close CONNECTION_RESET@5"), log);
    }

    /** Two sockets share polls of one: a poll that did not reach the broken one says nothing about it. */
    @Rule({"READ-005", "SEAM-008"})
    void afterAFailedOutputAFullBatchIsNoProofThatNothingComes() {
        run(loop -> noting(loop).onConnect(s -> {
            for (int i = 1; i <= 3; i++) {
                loop.connect("10.0.0.2", 80).unref();
                connection(i).complete();
            }
            at(loop, 5, l -> {
                fake.transport().batchSize(1);
                for (int i = 3; i >= 0; i--) {
                    connection(i).peer().send(new byte[i == 0 ? 7 : 2 * CHUNK]);
                }
                breakOutput(s);
            });
        }));
        assertEquals(List.of("data 7@5", "error CONNECTION_RESET@5", "close CONNECTION_RESET@5"), log);
    }

    @Rule({"READ-005", "WRITE-007"})
    void aBrokenOutputIsReportedAtOnceIfTheInputIsOverOrNotReadAnyMore() {
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> peer().end());
            at(loop, 9, l -> breakOutput(s));
        }));
        assertEquals(List.of("end@5", "error CONNECTION_RESET@9", "close CONNECTION_RESET@9"), log);
        log.clear();
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> {
                s.pause();
                peer().send("unread");
                breakOutput(s);
            });
        }));
        assertEquals(List.of("error CONNECTION_RESET@14", "close CONNECTION_RESET@14"), log);
    }

    @Rule({"READ-005", "READ-006"})
    void whoPausesAfterItsOutputBrokeIsToldAtOnce() {
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> {
                peer().send(new byte[2 * CHUNK]);
                breakOutput(s);
            });
            s.onRead((same, data) -> {
                note("data");
                same.pause();
                assertFalse(same.isOpen());
            });
        }));
        assertEquals(List.of("data@5", "error CONNECTION_RESET@5", "close CONNECTION_RESET@5"), log);
    }

    /** Else the loop would not wait as long as it lives. */
    @Rule({"READ-005", "RES-004"})
    void aBrokenOutputIsWatchedNoLongerThanItsSocketIsOpen() {
        run(loop -> noting(loop).onConnect(s -> {
            at(loop, 5, l -> {
                breakOutput(s);
                loop.execute(s::abort); // before the poll that would show that nothing comes
            });
            at(loop, 10, l -> {
                long before = loop.stats().turns();
                at(loop, 1_000, x -> assertEquals(before + 1, loop.stats().turns()));
            });
        }));
        assertEquals(List.of("close@5"), log);
    }

    @Rule({"READ-005", "CLOSE-004"})
    void whoClosesAfterItsOutputBrokeLosesWhatWasPending() {
        run(loop -> noting(loop).onConnect(s -> {
            peer().capacity(0);
            s.write("lost");
            at(loop, 5, l -> {
                peer().send("data");
                connection(0).failOutput(new IOException("Broken pipe"));
            });
            s.onRead((same, data) -> {
                note("data");
                same.close();
            });
        }));
        assertEquals(List.of("data@5", "close CONNECTION_RESET@5"), log);
    }

    @Rule({"READ-005", "READ-007"})
    void aFailureThatWasHeldComesAfterTheDataThatWasHeld() {
        run(loop -> noting(loop).onConnect(s -> {
            connection(0).readAhead();
            at(loop, 5, l -> {
                s.pause();
                peer().send("1234").reset();
            });
            at(loop, 9, l -> {
                assertTrue(s.isOpen());
                s.resume();
            });
        }));
        assertEquals(List.of("data 4@9", "error CONNECTION_RESET@9", "close CONNECTION_RESET@9"), log);
    }

    @Rule({"CLOSE-004", "READ-007"})
    void aFailureThatWasHeldIsNoneForASocketThatClosesWithNothingToSend() {
        run(loop -> noting(loop).onConnect(s -> {
            connection(0).readAhead();
            at(loop, 5, l -> {
                s.pause();
                peer().reset();
            });
            at(loop, 9, l -> s.close());
        }));
        assertEquals(List.of("close@9"), log);
    }

    /** The first cause is what the peer did, not what the system says of a write after that. */
    @Rule({"READ-005", "WRITE-005"})
    void aFailureThatWasHeldIsWhyNothingCanBeSent() {
        for (boolean closes : new boolean[] {false, true}) {
            log.clear();
            run(loop -> noting(loop).onConnect(s -> {
                connection(0).readAhead();
                s.onError((same, error) -> log.add(error.getCause().getMessage()));
                s.onClose((same, error) -> log.add(error.getCause().getMessage()));
                at(loop, 5, l -> {
                    s.pause();
                    peer().reset();
                });
                at(loop, 9, l -> {
                    s.write(ByteBuffer.allocate(3), (same, error) -> log.add("write " + error.getCause().getMessage()));
                    if (closes) {
                        s.close();
                    }
                });
            }));
            String reset = "Connection reset";
            assertEquals(closes ? List.of("write " + reset, reset) : List.of(reset, "write " + reset, reset), log);
        }
    }

    // Around the connect callback, and a stop

    @Rule({"LOOP-006", "CONN-012"})
    void aConnectionThatIsMadeDuringAStopIsToldInTheNextRun() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            logged(loop.connect("10.0.0.1", 80)).onConnect(s -> {
                note("first");
                loop.stop();
            });
            logged(loop.connect("10.0.0.2", 80)).onConnect(s -> note("second"));
            logged(loop.connect("10.0.0.3", 80)).onConnect(s -> note("third"));
            for (int i = 0; i < 3; i++) {
                connection(i).complete();
            }
            loop.run();
            assertEquals(List.of("first@0"), log);
            loop.run(l -> at(l, 5, EventLoop::close));
        }
        assertEquals(List.of("first@0", "second@0", "third@0"), log.subList(0, 3));
    }

    @Rule({"ORDER-005", "READ-006"})
    void aSocketThatIsPausedInItsConnectCallbackReadsNothing() {
        run(loop -> noting(loop).onConnect(s -> {
            s.pause();
            peer().send("early").end();
            at(loop, 5, l -> {
                assertFalse(connection(0).isReading());
                s.resume();
            });
            at(loop, 9, l -> s.end());
        }));
        assertEquals(List.of("data 5@5", "end@5", "close@9"), log);
    }

    // A reset after the end

    @Rule({"HALF-008", "READ-005"})
    void aResetAfterTheEndIsAnError() {
        run(loop -> {
            noting(loop);
            at(loop, 50, l -> peer().end());
            at(loop, 2_100, l -> peer().reset());
        });
        assertEquals(List.of("end@50", "error CONNECTION_RESET@2100", "close CONNECTION_RESET@2100"), log);
    }

    @Rule({"HALF-008", "READ-007"})
    void aResetAfterTheEndWaitsForASocketThatIsPaused() {
        run(loop -> {
            Socket socket = noting(loop);
            at(loop, 50, l -> peer().end());
            at(loop, 60, l -> socket.pause());
            at(loop, 70, l -> peer().reset());
            at(loop, 5_000, l -> socket.resume());
        });
        assertEquals(List.of("end@50", "error CONNECTION_RESET@5000", "close CONNECTION_RESET@5000"), log);
    }

    @Rule({"HALF-008", "READ-007", "SEAM-011"})
    void anEndAndAResetThatAPauseHeldBackComeInTheirOrder() {
        run(loop -> {
            Socket socket = noting(loop);
            connection(0).readAhead();
            at(loop, 50, l -> {
                socket.pause();
                peer().end();
            });
            at(loop, 70, l -> peer().reset());
            at(loop, 100, l -> socket.resume());
        });
        assertEquals(List.of("end@100", "error CONNECTION_RESET@100", "close CONNECTION_RESET@100"), log);
    }
}
