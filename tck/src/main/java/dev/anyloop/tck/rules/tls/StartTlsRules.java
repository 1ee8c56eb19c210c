package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Chapter TLS of the specification: connections that begin in plain, and are secured later. */
public abstract class StartTlsRules extends StartTlsChapter {

    @Rule({"TLS-017", "TLS-009"})
    void whatHasBegunInPlainIsSecuredByEitherSide() {
        for (Side side : Side.values()) {
            for (String version : VERSIONS) {
                for (RecordedSocket socket : bothWays(peer -> {
                    agree(peer);
                    assertEquals("in plain", peer.readText(8));
                    TlsPeer secured = side.other(peer, version(version));
                    secured.send("hello");
                    assertEquals("at once, later", secured.readText(14));
                    secured.end().readAll();
                }, socket -> whenAgreed(socket, s -> {
                    write(socket, "in plain");
                    socket.startTls(side.options(), secured -> {
                        assertEquals(version, assertNotNullTls(secured));
                        assertEquals("ready", socket.text());
                        write(socket, "later");
                    });
                    write(socket, "at once, ");
                    assertNull(s.tls());
                }))) {
                    assertEquals("data secure data end close", traceOf(socket));
                    assertEquals("readyhello", socket.text());
                    assertEquals(List.of("in plain", "at once, ", "later"), socket.completions());
                    assertNull(socket.closeError());
                }
            }
        }
    }

    private static String assertNotNullTls(Socket socket) {
        assertNotNull(socket.tls(), "tls() of a socket that is secured");
        return socket.tls().protocol();
    }

    /** In the accept or connect callback, before anything has come. */
    @Rule("TLS-017")
    void itMayBeTheFirstThingOfAll() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                side.other(peer).send("hello").end().readAll();
            }, socket -> whenConnected(socket, s -> socket.startTls(side.options(), NOTHING_MORE)))) {
                assertEquals("secure data end close", traceOf(socket));
                assertEquals("hello", socket.text());
            }
        }
    }

    @Rule({"TLS-017", "WRITE-004"})
    void whatWasWrittenInPlainIsSentFirstHoweverMuchItIs() {
        byte[] big = randomBytes(big());
        for (Side side : Side.values()) {
            CountDownLatch gate = latch(1);
            BlockingQueue<byte[]> received = queue();
            RecordedSocket socket = withSocket(loop -> {
                RecordedSocket connecting = connect(loop, SMALL, smallPeerServer(peer -> {
                    agree(peer);
                    peer.await(gate);
                    received.add(peer.read(big.length));
                    TlsPeer secured = side.other(peer);
                    assertEquals("secret", secured.readText(6));
                    secured.end().readAll();
                }));
                return whenAgreed(connecting, s -> {
                    s.write(ByteBuffer.wrap(big), connecting.completion("big"));
                    connecting.startTls(side.options(), NOTHING_MORE);
                    write(connecting, "secret");
                    afterQuiet(loop, quiet -> {
                        assertEquals(List.of(), connecting.completions());
                        gate.countDown();
                    });
                });
            });
            assertEquals("data secure end close", traceOf(socket));
            assertSameBytes(big, received.remove());
            assertEquals(List.of("big", "secret"), socket.completions());
        }
    }

    /** So much in one direct buffer that it is worth to be offered to the kernel as it is, had it not to be secured. */
    @Rule({"TLS-017", "TLS-018"})
    void aLargeWriteRightAfterTheCallIsSecuredThoughNothingWaitsBeforeIt() {
        byte[] secret = randomBytes(100_000);
        ByteBuffer direct = ByteBuffer.allocateDirect(secret.length).put(secret).flip();
        for (Side side : Side.values()) {
            Semaphore begun = semaphore(0);
            BlockingQueue<byte[]> received = queue();
            for (RecordedSocket socket : bothWays(peer -> {
                agree(peer);
                begun.acquire();
                TlsPeer secured = side.other(peer);
                received.add(secured.readAll());
                secured.end();
            }, socket -> whenAgreed(socket, s -> afterQuiet(s.loop(), nothingIsPending -> {
                socket.startTls(side.options(), NOTHING_MORE);
                s.write(direct.duplicate());
                s.end();
                begun.release();
            })))) {
                assertEquals("data secure end close", traceOf(socket));
                assertSameBytes(secret, received.remove());
            }
        }
    }

    @Rule({"TLS-004", "TLS-017"})
    void theDeadlineEndsWithTheHandshakeThatBeganInPlain() {
        withMoreAndMorePatience(patience -> {
            List<RecordedSocket> accepted = new ArrayList<>();
            RecordedSocket client = withSocket(loop -> {
                Server server = listen(loop, socket -> accepted.add(
                        echo(socket).startTls(serverOptions().withHandshakeTimeout(patience), NOTHING_MORE)));
                TlsOptions tls = Side.CLIENT.options().withHandshakeTimeout(patience);
                RecordedSocket connecting = talkAndClose(connect(loop, port(server)));
                return connecting.onConnect(s -> connecting.startTls(tls, secured -> talkAfter(patience, secured)))
                        .onClose((s, error) -> server.close());
            });
            if (accepted.isEmpty() || !accepted.get(0).saw("secure") || !client.saw("secure")) {
                return false;
            }
            assertEquals("secure data close", traceOf(client), () -> "" + client.error());
            assertEquals("secure data end close", accepted.get(0).trace(), () -> "" + accepted.get(0).error());
            return true;
        });
    }

    /** The peer lets what was written in plain wait for longer than the handshake may take. */
    @Rule({"TLS-019", "TLS-004"})
    void theDeadlineBeginsWhenAllThatWasWrittenInPlainIsSent() {
        byte[] big = randomBytes(big());
        withMoreAndMorePatience(patience -> {
            CountDownLatch gate = latch(1);
            RecordedSocket socket = withSocket(loop -> {
                RecordedSocket connecting = connect(loop, SMALL, smallPeerServer(peer -> {
                    agree(peer);
                    peer.await(gate).read(big.length);
                    TlsChapter.tryToShakeHands(Side.CLIENT.other(peer));
                }));
                TlsOptions tls = Side.CLIENT.options().withHandshakeTimeout(patience);
                return whenAgreed(connecting, s -> {
                    s.write(big);
                    connecting.startTls(tls, Socket::close);
                    loop.timer(patience.multipliedBy(2), timer -> gate.countDown());
                }).onError((s, error) -> gate.countDown());
            });
            return socket.saw("secure");
        });
    }

    @Rule({"TLS-017", "TLS-014"})
    void endAndCloseWaitForTheHandshake() {
        for (Side side : Side.values()) {
            for (boolean close : new boolean[] {false, true}) {
                for (String last : List.of("", "bye")) {
                    BlockingQueue<String> received = queue();
                    for (RecordedSocket socket : bothWays(peer -> {
                        agree(peer);
                        TlsPeer secured = side.other(peer);
                        received.add(secured.readAllText());
                        secured.end();
                    }, socket -> whenAgreed(socket, s -> {
                        socket.startTls(side.options(), NOTHING_MORE);
                        if (!last.isEmpty()) {
                            write(socket, last);
                        }
                        if (close) {
                            s.close();
                        } else {
                            s.end();
                        }
                    }))) {
                        assertEquals(close ? "data close" : "data secure end close", traceOf(socket));
                        assertEquals(last, received.remove());
                        assertNull(socket.closeError());
                    }
                }
            }
        }
    }

    @Rule({"TLS-017", "READ-007"})
    void aPausedSocketIsSecuredAllTheSame() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                agree(peer);
                side.other(peer).send("hello").end().readAll();
            }, socket -> whenAgreed(socket, s -> {
                s.pause();
                socket.startTls(side.options(), secured -> afterQuiet(secured.loop(), quiet -> {
                    assertEquals("ready", socket.text());
                    secured.resume();
                }));
            }))) {
                assertEquals("data secure data end close", traceOf(socket));
                assertEquals("readyhello", socket.text());
            }
        }
    }

    @Rule("TLS-017")
    void abortWaitsForNothing() {
        for (Side side : Side.values()) {
            for (RecordedSocket socket : bothWays(peer -> {
                agree(peer);
                peer.drain();
            }, socket -> whenAgreed(socket, s -> {
                socket.startTls(side.options(), NOTHING_MORE);
                s.loop().execute(s::abort);
            }))) {
                assertEquals("data close", traceOf(socket));
            }
        }
    }

    /** A loop may use again what the one had. */
    @Rule({"TLS-017", "WRITE-001"})
    void whatOneThatIsGoneHadToSendInPlainIsNoLimitForTheNext() {
        byte[] much = randomBytes(100_000);
        BlockingQueue<byte[]> received = queue();
        int next = peerServer(peer -> received.add(peer.readAll()));
        RecordedSocket[] sockets = new RecordedSocket[2];
        withLoop(loop -> {
            sockets[0] = whenAgreed(connect(loop, peerServer(peer -> peer.send("ready").drain())), s -> {
                s.write("in plain");
                sockets[0].startTls(Side.CLIENT.options(), NOTHING_MORE);
                s.abort();
            }).onClose((s, error) -> sockets[1] = connect(loop, next).onConnect(successor -> {
                successor.write(much);
                successor.close();
            }));
        });
        assertEquals("data close", traceOf(sockets[0]));
        assertSameBytes(much, received.remove());
        assertNull(sockets[1].closeError());
    }
}
