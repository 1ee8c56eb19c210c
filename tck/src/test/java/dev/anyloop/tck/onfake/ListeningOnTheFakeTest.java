package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeAcceptor;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Core's servers before a kernel that fails to accept when it is told to. */
class ListeningOnTheFakeTest extends OnTheFake {

    private Server listen(EventLoop loop) {
        return loop.listen("10.0.0.1", 80, (server, socket) -> {
            note("accept");
            socket.close();
        }).onClose(server -> note("closed"));
    }

    private FakeAcceptor acceptor() {
        return fake.transport().acceptor(0);
    }

    private void fail() {
        acceptor().fail(new EngineException(24, "Too many open files"));
    }

    @Rule("LISTEN-009")
    void theServerTriesAgainLessAndLessOftenUpToASecond() {
        run(loop -> {
            Server server = listen(loop);
            server.onError((same, error) -> {
                note(error.kind() + " " + error.operation());
                fail();
            });
            fail();
            at(loop, 3_500, l -> server.close());
        });
        List<String> expected = new ArrayList<>();
        for (int millis : new int[] {0, 10, 30, 70, 150, 310, 630, 1_270, 2_270, 3_270}) {
            expected.add("TOO_MANY_OPEN_FILES accept@" + millis);
        }
        expected.add("closed@3500");
        assertEquals(expected, log);
    }

    @Rule("LISTEN-009")
    void afterAnAcceptItTriesAgainSoon() {
        run(loop -> {
            Server server = listen(loop);
            server.onError((same, error) -> {
                note("error");
                if (log.size() < 3) {
                    fail();
                } else {
                    acceptor().connect();
                }
            });
            fail();
            at(loop, 100, l -> fail());
            at(loop, 150, l -> server.close());
        });
        assertEquals(List.of("error@0", "error@10", "error@30", "accept@70", "error@100", "accept@110", "closed@150"),
                log);
    }

    @Rule({"LISTEN-009", "LISTEN-012"})
    void aPausedServerDoesNotTryAgainUntilItIsResumed() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> note("error"));
            fail();
            at(loop, 5, l -> server.pause());
            at(loop, 500, l -> {
                assertTrue(acceptor().isPaused());
                acceptor().connect();
                server.resume();
            });
            at(loop, 600, l -> server.close());
        });
        assertEquals(List.of("error@0", "accept@500", "closed@600"), log);
    }

    @Rule({"LISTEN-009", "LISTEN-012"})
    void resumeDoesNotCutTheWaitAfterAFailureShort() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> note("error"));
            fail();
            at(loop, 5, l -> {
                acceptor().connect();
                server.pause().resume();
                assertTrue(acceptor().isPaused());
            });
            at(loop, 600, l -> server.close());
        });
        assertEquals(List.of("error@0", "accept@10", "closed@600"), log);
    }

    @Rule({"LISTEN-010", "ERR-004"})
    void whatBefellAClientBeforeItIsAcceptedIsNoError() {
        List<IOException> gone = new ArrayList<>(IntStream.of(64, 71, 92, 95, 100, 101, 103, 112, 113)
                .mapToObj(errno -> new EngineException(errno, "of one connection")).toList());
        gone.add(new NoRouteToHostException("of the JDK, which has a class for it"));
        gone.add(new SocketException("of the JDK, which has words for it"));
        gone.add(new IOException("of the JDK, the same"));
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> note("error " + error));
            loseAndAccept(loop, server, gone.iterator());
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < gone.size(); i++) {
            expected.add("accept@" + 5 * i);
        }
        expected.add("closed@" + 5 * gone.size());
        assertEquals(expected, log);
    }

    /** One is gone, and the next waits right behind it. */
    private void loseAndAccept(EventLoop loop, Server server, Iterator<IOException> gone) {
        if (!gone.hasNext()) {
            server.close();
            return;
        }
        acceptor().fail(gone.next());
        acceptor().connect();
        loop.timer(Duration.ofMillis(5), timer -> {
            assertFalse(acceptor().isPaused());
            loseAndAccept(loop, server, gone);
        });
    }

    /** A want of memory has words only as well, and does not go with a connection. */
    @Rule({"LISTEN-009", "LISTEN-010"})
    void whatTheJdkSaysAgainBeforeTheNextConnectionIsTheServers() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> note("" + error.kind()));
            acceptor().fail(new SocketException("no memory, in any language"));
            at(loop, 5, l -> acceptor().fail(new SocketException("no memory, in any language")));
            at(loop, 16, l -> {
                assertFalse(acceptor().isPaused());
                acceptor().fail(new SocketException("no memory, in any language"));
            });
            at(loop, 100, l -> acceptor().connect());
            at(loop, 110, l -> acceptor().fail(new SocketException("no memory, in any language")));
            at(loop, 120, l -> server.close());
        });
        assertEquals(List.of("OTHER@5", "OTHER@16", "accept@100", "closed@120"), log);
    }

    /** Whatever the reason, and whatever its error callback does, it goes on accepting, and no sooner. */
    @Rule({"LISTEN-009", "LISTEN-012", "ERR-002"})
    void theErrorCallbackMayPauseAndResume() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> {
                note("" + error.kind());
                same.pause().resume();
                assertTrue(acceptor().isPaused());
            });
            acceptor().fail(new EngineException(1, "Operation not permitted"));
            acceptor().connect();
            at(loop, 20, l -> acceptor().fail(new EngineException(105, "No buffer space available")));
            at(loop, 100, l -> server.close());
        });
        assertEquals(List.of("PERMISSION_DENIED@0", "accept@10", "OTHER@20", "closed@100"), log);
    }

    @Rule({"LISTEN-009", "LISTEN-012"})
    void theErrorCallbackMayPauseForLongerThanTheWait() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> {
                note("error");
                same.pause();
            });
            fail();
            acceptor().connect();
            at(loop, 50, l -> server.resume());
            at(loop, 100, l -> server.close());
        });
        assertEquals(List.of("error@0", "accept@50", "closed@100"), log);
    }

    @Rule({"WRITE-014", "WRITE-011"})
    void whatTheErrorCallbackWritesLeaves() {
        run(loop -> {
            Socket idle = connect(loop, SocketOptions.defaults());
            Server server = listen(loop).onError((same, error) -> idle.write("x"));
            loop.execute(this::fail);
            loop.timer(Duration.ofMillis(1), timer -> {
                assertEquals("x", peer().readText());
                idle.abort();
                server.close();
            });
        });
    }

    @Rule({"LISTEN-009", "LISTEN-003"})
    void aClosedServerNeitherTriesAgainNorReports() {
        run(loop -> {
            Server server = listen(loop).onError((same, error) -> note("error"));
            fail();
            at(loop, 0, l -> server.close()); // after the failed accept, before its report
        });
        assertEquals(List.of("closed@0"), log);
    }

    @Rule("LISTEN-012")
    void aPausedServerLeavesItsPeersInTheBacklog() {
        run(loop -> {
            Server server = listen(loop).pause();
            assertTrue(acceptor().isPaused());
            acceptor().connect();
            at(loop, 50, l -> server.resume());
            at(loop, 90, l -> {
                server.close();
                assertFalse(server.isOpen());
            });
        });
        assertEquals(List.of("accept@50", "closed@90"), log);
    }

    @Rule("LOOP-005")
    void aServerKeepsTheLoopRunningWhileItIsWanted() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Server server = listen(loop).unref();
            loop.run();
            server.ref();
            loop.timer(Duration.ofMillis(5), timer -> server.unref()).unref();
            loop.run();
            note("returned");
        }
        assertEquals(List.of("returned@5", "closed@5"), log);
    }

    // An engine that accepts although it is paused

    @Rule("LISTEN-012")
    void whatIsAcceptedAfterAPauseIsHandedOverAfterTheResume() {
        run(loop -> {
            Server server = listen(loop).pause();
            acceptor().acceptLate();
            acceptor().connect().send("early");
            acceptor().connect();
            at(loop, 100, l -> {
                assertEquals(List.of(), log);
                assertFalse(connection(0).isReading());
                server.resume();
                assertEquals(List.of(), log, "inside the call");
            });
            at(loop, 150, l -> server.pause().resume()); // nothing is handed over twice
            at(loop, 200, l -> server.close());
        });
        assertEquals(List.of("accept@100", "accept@100", "closed@200"), log);
    }

    @Rule({"LISTEN-012", "LISTEN-003"})
    void whatIsAcceptedAfterAPauseIsAbortedWhenTheServerCloses() {
        run(loop -> {
            Server server = listen(loop).pause();
            acceptor().acceptLate();
            acceptor().connect();
            at(loop, 100, l -> server.close());
        });
        assertEquals(List.of("closed@100"), log);
        assertTrue(connection(0).peer().sawEnd());
    }

    // A loop that is stopped while a poll delivers

    @Rule({"LISTEN-003", "LOOP-006"})
    void whatWasAcceptedDuringAStopIsHandedOverInTheNextRun() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Server server = listenAndAcceptDuringStop(loop);
            assertFalse(log.contains("accept@0"), "after stop()");
            loop.run(l -> at(l, 10, x -> server.close()));
        }
        assertEquals(List.of("accept@0", "close@0", "closed@10"), log.stream().sorted().toList());
    }

    /** The engine has accepted it, and nobody has got it yet: whoever closes the server does not want it any more. */
    @Rule("LISTEN-003")
    void whatWasAcceptedDuringAStopIsAbortedIfTheServerIsClosedMeanwhile() {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            Server server = listenAndAcceptDuringStop(loop);
            server.close();
            loop.run();
            assertEquals(0, loop.stats().openSockets() + loop.stats().closingSockets());
        }
        assertEquals(List.of("close@0", "closed@0"), log.stream().sorted().toList());
        assertTrue(connection(1).peer().sawEnd());
    }

    /** The connection is served first in the poll, and its callback stops the loop. */
    private Server listenAndAcceptDuringStop(EventLoop loop) {
        logged(loop.connect("10.0.0.9", 9)).onConnect(s -> {
            loop.stop();
            s.abort();
        });
        Server server = listen(loop);
        connection(0).complete();
        acceptor().connect();
        loop.run();
        return server;
    }
}
