package dev.anyloop.tck.rules.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/** Chapter TLS of the specification: how a connection that is secured ends, and how it is cut. */
public abstract class SecuredEndRules extends TlsChapter {

    /** So many a socket lives on at least while its completions write again. */
    private static final int TURNS = 20;

    @Rule({"TLS-002", "TLS-009"})
    void aConnectionThatIsCutIsNoEnd() {
        for (String version : VERSIONS) {
            for (SocketOptions options : List.of(SocketOptions.defaults(), HALF_OPEN)) {
                for (RecordedSocket socket : bothSecured(options, version, peer -> peer.send("hello").cut().peer.drain(),
                        socket -> socket.onError((s, error) -> assertSecuredForAWhile(s, TURNS)))) {
                    assertEquals("data error close", traceOf(socket));
                    assertEquals("hello", socket.text());
                    assertEquals(ErrorKind.TLS_TRUNCATED, socket.expectedError().kind());
                    assertTrue(socket.expectedError().getMessage().contains("withTruncationAllowed"), socket.expectedError().toString());
                }
            }
        }
    }

    /** In a completion of each turn, of which the last turns come when the engine's connection is gone; close waits for them. */
    private static void assertSecuredForAWhile(Socket s, int turns) {
        assertNotNull(s.tls(), "it is not closed yet");
        if (turns > 0) {
            s.write(ByteBuffer.allocate(1), (same, error) -> assertSecuredForAWhile(same, turns - 1));
        }
    }

    @Rule("TLS-002")
    void aCutIsAnEndWhereThatIsAllowedButNotInsideARecord() {
        RecordedSocket cut = withSocket(loop -> connectSecurely(loop,
                securedServer(trusted(), TLS_1_3, peer -> peer.send("hello").cut().readAll()), clientOptions().withTruncationAllowed()));
        assertEquals("connect data end close", cut.trace());
        RecordedSocket torn = withSocket(loop -> connectSecurely(loop, securedServer(trusted(), TLS_1_3, peer -> {
            peer.send("hello");
            peer.peer.send(new byte[] {23, 3, 3, 0, 100, 1, 2, 3}).end().drain();
        }), clientOptions().withTruncationAllowed()));
        assertEquals("connect data error close", torn.trace());
        assertEquals(ErrorKind.TLS_TRUNCATED, torn.expectedError().kind());
    }

    @Rule("TLS-002")
    void whoHasClosedIsNotToldOfACut() {
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_3, peer -> {
            peer.send("hello");
            assertEquals("bye", peer.readAllText());
            peer.cut();
        }, socket -> socket.onRead((s, data) -> {
            s.write("bye");
            s.close();
        }))) {
            assertEquals("data close", traceOf(socket));
            assertNull(socket.closeError());
        }
    }

    @Rule({"TLS-002", "CLOSE-001"})
    void aCutCostsWhoHasClosedNothingOfWhatIsPending() {
        byte[] big = randomBytes(1 << 20);
        BlockingQueue<byte[]> received = queue();
        for (RecordedSocket socket : bothSecured(SMALL, inBulk(TLS_1_3), peer -> {
            peer.send("hello").cut();
            received.add(peer.readAll());
        }, socket -> socket.onRead((s, data) -> {
            s.write(big);
            s.close();
        }))) {
            assertEquals("data close", traceOf(socket));
            assertNull(socket.closeError());
            assertSameBytes(big, received.remove());
        }
    }

    @Rule("TLS-003")
    void thePeersEndLeavesOurSideOpen() {
        byte[] big = randomBytes(1 << 18);
        BlockingQueue<byte[]> received = queue();
        for (RecordedSocket socket : bothSecured(HALF_OPEN, inBulk(TLS_1_3), peer -> {
            peer.send("hello").end();
            received.add(peer.readAll());
            assertTrue(peer.heardAlert());
        }, socket -> socket.onEnd(s -> s.loop().timer(Duration.ofMillis(1), timer -> {
            s.write(ByteBuffer.wrap(big), socket.completion("big"));
            s.end();
        })))) {
            assertEquals("data end close", traceOf(socket));
            assertNull(socket.closeError());
            assertEquals(List.of("big"), socket.completions());
            assertSameBytes(big, received.remove());
        }
    }

    @Rule("TLS-003")
    void ourEndLeavesThePeersSideOpen() {
        BlockingQueue<String> received = queue();
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_3, peer -> {
            received.add(peer.readAllText());
            assertTrue(peer.heardAlert());
            peer.send("world").end();
        }, socket -> {
            socket.socket().write("hello");
            socket.socket().end();
        })) {
            assertEquals("data end close", traceOf(socket));
            assertNull(socket.closeError());
            assertEquals("world", socket.text());
            assertEquals("hello", received.remove());
        }
    }

    /** What it was to be told has no way to it. */
    @Rule({"TLS-011", "TLS-024"})
    void whoBreaksARuleAndReadsNothingIsGivenUpAllTheSame() {
        byte[] noRecord = new byte[100];
        for (String version : VERSIONS) {
            for (RecordedSocket socket : bothSecured(SMALL, inBulk(version), peer -> {
                peer.send("hello");
                peer.readText(1);
                peer.peer.send(noRecord).hold();
            }, socket -> socket.onRead((s, data) -> s.write(new byte[much(8)])))) {
                assertEquals("data error close", traceOf(socket));
                assertEquals(ErrorKind.TLS_PROTOCOL, socket.expectedError().kind());
            }
        }
    }

    @Rule("TLS-013")
    void whatIsWrittenAfterThePeersEndFails() {
        for (RecordedSocket socket : bothSecured(HALF_OPEN, TLS_1_2, peer -> {
            peer.send("hello");
            peer.socket.close();
        }, socket -> socket.onEnd(s -> write(socket, "too late")))) {
            assertEquals("data end error close", traceOf(socket));
            assertEquals(ErrorKind.CONNECTION_RESET, socket.expectedError().kind());
            assertEquals(List.of("too late:CONNECTION_RESET"), socket.completions());
        }
    }

    @Rule("TLS-013")
    void withoutSuchWritesItClosesAsEver() {
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_2, peer -> {
            peer.send("hello");
            peer.socket.close();
        }, socket -> {})) {
            assertEquals("data end close", traceOf(socket));
            assertNull(socket.closeError());
        }
    }

    @Rule("TLS-014")
    void afterWhatWasWrittenCloseSaysGoodbye() {
        byte[] big = randomBytes(1 << 18);
        for (String version : VERSIONS) {
            BlockingQueue<byte[]> received = queue();
            for (SocketCallback ending : List.<SocketCallback>of(Socket::close, s -> s.loop().shutdown(Duration.ofMinutes(1)))) {
                for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), inBulk(version), peer -> {
                    peer.send("hello");
                    received.add(peer.readAll());
                    assertTrue(peer.heardAlert(), "no close_notify before the end: " + peer.tap.records());
                }, socket -> socket.onRead((s, data) -> {
                    s.write(ByteBuffer.wrap(big), socket.completion("big"));
                    ending.run(s);
                }))) {
                    assertEquals("data close", traceOf(socket));
                    assertNull(socket.closeError());
                    assertEquals(List.of("big"), socket.completions());
                    assertSameBytes(big, received.remove());
                }
            }
        }
    }

    /** It waits for nobody, and needs not to: the system takes so little at once. */
    @Rule({"TLS-014", "LOOP-009"})
    void aLoopThatClosesSaysGoodbyeForWhoHasSentAll() {
        for (String version : VERSIONS) {
            BlockingQueue<String> received = queue();
            for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), version, peer -> {
                peer.send("hello");
                received.add(peer.readAllText());
                assertTrue(peer.heardAlert(), () -> "no close_notify before the end: " + peer.tap.records());
            }, socket -> socket.onRead((s, data) ->
                    s.write(ByteBuffer.wrap("bye".getBytes(US_ASCII)), (from, error) -> s.loop().close())))) {
                assertEquals("data close", traceOf(socket));
                assertEquals("bye", received.remove());
            }
        }
    }

    /** If the engine tells at once what the system has taken; else not all is known to be sent in the end. */
    @Rule({"TLS-014", "LOOP-009"})
    void aLoopThatClosesSaysGoodbyeForWhatWasWrittenBetweenTwoRuns() {
        for (String version : VERSIONS) {
            BlockingQueue<String> received = queue();
            BlockingQueue<Boolean> goodbye = queue();
            boolean[] tellsAtOnce = new boolean[1];
            int asked = peerServer(Peer::drain);
            int port = securedServer(trusted(), version, peer -> {
                peer.send("hello");
                received.add(peer.readAllText());
                goodbye.add(peer.heardAlert());
            });
            withOpenLoop(loop -> {
                RecordedSocket[] socket = new RecordedSocket[1];
                connect(loop, SocketOptions.defaults().withWaterMarks(1, 0), asked).onConnect(s -> {
                    s.write("x");
                    tellsAtOnce[0] = s.pendingBytes() == 0;
                    s.abort();
                    socket[0] = connectSecurely(loop, port, clientOptions()).onRead((secured, data) -> loop.stop());
                });
                loop.run();
                socket[0].socket().write("bye");
                loop.close();
            });
            assertEquals("bye", received.remove());
            assertTrue(goodbye.remove() || !tellsAtOnce[0], "no close_notify before the end");
        }
    }

    /** As that of the JDK does by itself when it has sent so much that it wants new keys, which may be at any time. */
    @Rule({"TLS-014", "TLS-003", "TLS-016"})
    void goodbyeIsSaidAlsoByWhoIsChangingKeys() {
        for (SocketCallback ending : List.<SocketCallback>of(Socket::close, Socket::end)) {
            BlockingQueue<String> received = queue();
            RecordedSocket socket = withSocket(loop -> {
                int port = securedServer(trusted(), TLS_1_3, peer -> {
                    received.add(peer.readAllText());
                    assertTrue(peer.heardAlert(), () -> "" + peer.tap.records());
                    peer.end();
                });
                TlsOptions changing = TlsOptions.client().withContext(OtherEngine.over(trusted(), KeyChanger::new));
                return connectSecurely(loop, port, changing).onConnect(s -> {
                    s.write("hello");
                    ending.run(s);
                });
            });
            assertNull(socket.closeError());
            assertEquals("hello", received.remove());
        }
    }

    /** The kernel has taken all, for which the peer has no room, when the server's tickets come, which nobody asks for. They are waited for. */
    @Rule({"TLS-014", "CLOSE-003"})
    void aClientThatWritesAndClosesAtOnceIsHeardWhole() throws InterruptedException {
        byte[] big = randomBytes(50_000);
        SocketOptions options = SocketOptions.defaults().withBufferSizes(0, 2 * big.length);
        BlockingQueue<byte[]> received = queue();
        CountDownLatch written = latch(1);
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket client = connectSecurely(loop, smallPeerServer(peer -> {
                TlsPeer server = new TlsPeer(peer, trusted(), true, false, version(TLS_1_3));
                server.tap.readOnAfter(written);
                received.add(server.readAll());
            }), options, clientOptions());
            return client.onConnect(s -> {
                s.write(ByteBuffer.wrap(big), (from, error) -> afterTurns(loop, TURNS, () -> {
                    assertFalse(client.saw("close"), "closed before the server has said all");
                    written.countDown();
                }));
                s.close();
            });
        });
        assertEquals("connect close", socket.trace());
        assertSameBytes(big, received.take());
    }

    private static void afterTurns(EventLoop loop, int turns, Runnable action) {
        loop.execute(() -> {
            if (turns > 0) {
                afterTurns(loop, turns - 1, action);
            } else {
                action.run();
            }
        });
    }

    @Rule("TLS-014")
    void abortSaysNothing() {
        for (String version : VERSIONS) {
            List<RecordedSocket> sockets = new ArrayList<>(bothSecured(SocketOptions.defaults(), version, peer -> {
                peer.send("hello").drain();
                assertFalse(peer.heardAlert(), "a last record: " + peer.tap.records());
            }, socket -> socket.onRead((s, data) -> {
                s.write("not sent any more");
                s.abort();
            })));
            sockets.forEach(socket -> assertEquals("data close", traceOf(socket)));
        }
    }

    /** The rest of it comes when the socket has closed, and must not cost the peer what it is still to read. */
    @Rule({"TLS-014", "CLOSE-003"})
    void aPartOfARecordIsInputThatHasCome() {
        byte[] answer = randomBytes(1 << 20);
        for (String version : VERSIONS) {
            BlockingQueue<byte[]> received = queue();
            for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), inBulk(version), peer -> {
                peer.shakeHands().tap.keepBack();
                peer.send("now").send("and more").tap.letGo(5);
                block(limits().mustNotHappen().multipliedBy(3));
                peer.tap.letGo(0);
                block(limits().mustNotHappen());
                received.add(peer.readAll());
            }, socket -> socket.onRead((s, data) -> {
                s.write(answer);
                s.close();
            }))) {
                assertEquals("data close", traceOf(socket));
                assertEquals("now", socket.text());
                assertSameBytes(answer, received.remove());
            }
        }
    }

    /** Both in one piece, so that they are read at once. */
    @Rule("TLS-013")
    void whatIsWrittenWhenDataComesIsSentThoughThePeersEndCameWithIt() {
        for (RecordedSocket socket : bothSecured(HALF_OPEN, TLS_1_2, peer -> {
            peer.shakeHands().tap.keepBack();
            peer.send("hello").end().drain();
        }, socket -> socket.onRead((s, data) -> write(socket, "in time")).onEnd(Socket::end))) {
            assertEquals("data end close", traceOf(socket));
            assertEquals(List.of("in time"), socket.completions());
            assertNull(socket.closeError());
        }
    }
}
