package dev.anyloop.tck.onfake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.tls.Certificates;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Connections that are secured after they have begun in plain, by chosen bytes at chosen times. */
class StartTlsOnTheFakeTest extends OnTheFake {

    private final SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    private final TlsOptions client =
            TlsOptions.client().withContext(context).withServerName("localhost").withExecutor(Runnable::run);
    private final TlsOptions server = TlsOptions.server(context).withExecutor(Runnable::run);

    private Socket connected(EventLoop loop) {
        return connect(loop, SocketOptions.defaults()).onConnect(s -> note("connect")).onEnd(s -> note("end"))
                .onRead((s, data) -> note("data " + UTF_8.decode(data)));
    }

    private EnginePeer other(TlsOptions ours) {
        try {
            return new EnginePeer(peer(), context, !ours.isServer(), "TLSv1.3");
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private void startTls(Socket socket, TlsOptions options) {
        socket.startTls(options, s -> note("secure"));
    }

    /** A millisecond for each turn of the peer. */
    private void shakeHands(EventLoop loop, long from, EnginePeer[] other, LoopCallback then) {
        for (int i = 0; i < 8; i++) {
            at(loop, from + i, l -> peer().send(other[0].turn()));
        }
        at(loop, from + 8, then);
    }

    private List<String> told() {
        return log.stream().map(OnTheFake::what).toList();
    }

    // ---- plain bytes that would pass for others ----

    @Rule("TLS-018")
    void whatIsLeftInTheViewIsRefusedBeforeAWordIsSaid() {
        for (TlsOptions options : List.of(client, server)) {
            log.clear();
            run(loop -> {
                Socket socket = connected(loop);
                socket.onRead((s, data) -> {
                    note("data " + (char) data.get());
                    startTls(s, options);
                });
                at(loop, 1, l -> peer().send("ab"));
                at(loop, 2, l -> assertEquals("", peer().readText()));
            });
            assertEquals(List.of("connect", "data a", "error TLS_PROTOCOL", "close TLS_PROTOCOL"), told());
        }
    }

    /** For whom the read callback is told a lot in slices, the next one is as bad. */
    @Rule("TLS-018")
    void whatIsHeldBackIsRefused() {
        for (boolean slices : new boolean[] {false, true}) {
            log.clear();
            run(loop -> {
                Socket socket = connected(loop);
                at(loop, 1, l -> {
                    connection(0).readAhead();
                    socket.pause();
                    peer().send(new byte[slices ? 100_000 : 3]);
                });
                at(loop, 2, l -> {
                    assertEquals(List.of("connect"), told());
                    if (slices) {
                        socket.onRead((s, data) -> {
                            data.position(data.limit());
                            startTls(s, client);
                        }).resume();
                    } else {
                        startTls(socket, client);
                        assertFalse(socket.isOpen());
                    }
                });
                at(loop, 3, l -> assertEquals("", peer().readText()));
            });
            assertEquals(List.of("connect", "error TLS_PROTOCOL", "close TLS_PROTOCOL"), told());
        }
    }

    @Rule("TLS-018")
    void whatComesAfterTheCallIsRefusedUnlessItIsTls() {
        for (TlsOptions options : List.of(client, server)) {
            for (boolean ahead : new boolean[] {false, true}) {
                log.clear();
                run(loop -> {
                    Socket socket = connected(loop);
                    at(loop, 1, l -> {
                        if (ahead) {
                            connection(0).readAhead();
                        }
                        startTls(socket, options);
                        peer().send("injected");
                    });
                });
                assertEquals(List.of("connect", "error TLS_PROTOCOL", "close TLS_PROTOCOL"), told());
            }
        }
    }

    // ---- what was written before ----

    /** Records come after all of it, and what the peer says meanwhile is not lost. */
    @Rule({"TLS-017", "WRITE-004"})
    void theHandshakeWaitsForThePlainBytes() {
        EnginePeer[] other = new EnginePeer[1];
        run(loop -> {
            Socket socket = connected(loop);
            at(loop, 1, l -> {
                connection(0).readAhead();
                peer().capacity(4);
                socket.write(ByteBuffer.wrap("in plain".getBytes(UTF_8)), (s, error) -> note(outcome("plain", error)));
                startTls(socket, server);
                socket.write(ByteBuffer.wrap("secret".getBytes(UTF_8)), (s, error) -> note(outcome("secret", error)));
                other[0] = other(server);
            });
            at(loop, 2, l -> {
                assertEquals("in p", peer().readText());
                peer().send(other[0].turn());
            });
            at(loop, 3, l -> {
                assertEquals("lain", peer().readText());
                assertEquals(6, socket.pendingBytes());
                peer().capacity(Integer.MAX_VALUE);
            });
            shakeHands(loop, 4, other, l -> peer().send(other[0].end()).end());
        });
        assertEquals("secret", other[0].received());
        assertEquals(List.of("connect", "plain", "secure", "secret", "end", "close"), told());
    }

    /** In this order, and each time as much as the kernel takes: nothing of what follows may be in the plain bytes' buffer. */
    @Rule("TLS-017")
    void closeSendsWhatIsPlainThenWhatIsSecret() {
        EnginePeer[] other = new EnginePeer[1];
        run(loop -> {
            Socket socket = connected(loop);
            at(loop, 1, l -> {
                peer().capacity(0);
                socket.write("in plain");
                startTls(socket, client);
                socket.write("secret");
                socket.close();
            });
            at(loop, 2, l -> peer().capacity(8));
            at(loop, 3, l -> {
                assertEquals("in plain", peer().readText());
                peer().capacity(Integer.MAX_VALUE);
                other[0] = other(client);
            });
            shakeHands(loop, 4, other, l -> peer().send(other[0].end()).end());
        });
        assertEquals("secret", other[0].received());
        assertTrue(other[0].sawEnd());
        assertEquals(List.of("connect", "close"), told());
    }

    /** Large buffers of memory outside the heap are offered to the kernel at once, when nothing is pending. */
    @Rule({"TLS-017", "TLS-001"})
    void aLargeWriteAfterItIsSecretToo() {
        EnginePeer[] other = new EnginePeer[1];
        run(loop -> {
            Socket socket = connected(loop);
            at(loop, 1, l -> {
                startTls(socket, client);
                socket.write(ByteBuffer.allocateDirect(100_000), (s, error) -> note(outcome("secret", error)));
                assertEquals("", peer().readText());
                other[0] = other(client);
            });
            shakeHands(loop, 2, other, l -> peer().send(other[0].end()).end());
        });
        assertEquals(100_000, other[0].received().length());
        assertEquals(List.of("connect", "secure", "secret", "end", "close"), told());
    }

    @Rule({"TLS-019", "TLS-004"})
    void theTimeForTheHandshakeBeginsWhenThePlainBytesAreSent() {
        run(loop -> {
            Socket socket = connected(loop);
            at(loop, 1, l -> {
                peer().capacity(0);
                socket.write("in plain");
                startTls(socket, client.withHandshakeTimeout(Duration.ofMillis(50)));
            });
            at(loop, 100, l -> peer().capacity(Integer.MAX_VALUE));
        });
        assertEquals(List.of("connect@0", "error TLS_HANDSHAKE@150", "close TLS_HANDSHAKE@150"), log);
    }

    // ---- the end ----

    /** What the peer ended is the plain part: whoever has asked for the other hears of that one. */
    @Rule({"TLS-019", "READ-005"})
    void anEndThatIsHeldBackIsNoEndOfWhatIsSecured() {
        for (TlsOptions options : List.of(client, server)) {
            for (boolean reset : new boolean[] {false, true}) {
                log.clear();
                run(loop -> {
                    Socket socket = connected(loop).onError((s, error) -> note(error.operation() + " " + error.kind()));
                    at(loop, 1, l -> {
                        connection(0).readAhead();
                        socket.pause();
                        peer().send("a");
                        if (!reset) {
                            peer().end();
                        }
                    });
                    at(loop, 2, l -> {
                        if (reset) {
                            peer().reset();
                        }
                    });
                    at(loop, 3, l -> socket.onRead((s, data) -> {
                        note("data " + UTF_8.decode(data));
                        startTls(s, options);
                    }).resume());
                });
                String kind = reset ? "CONNECTION_RESET" : "TLS_HANDSHAKE";
                assertEquals(List.of("connect", "data a", "secure " + kind, "close " + kind), told());
            }
        }
    }

    @Rule({"TLS-019", "READ-005"})
    void whoIsResetBeforeItBeginsIsTold() {
        for (boolean pending : new boolean[] {false, true}) {
            for (TlsOptions options : List.of(client, server)) {
                log.clear();
                run(loop -> {
                    Socket socket = connected(loop);
                    at(loop, 1, l -> {
                        peer().capacity(pending ? 0 : 100);
                        socket.write("in plain");
                        startTls(socket, options);
                        peer().reset();
                    });
                });
                assertEquals(List.of("connect", "error CONNECTION_RESET", "close CONNECTION_RESET"), told());
            }
        }
    }

    @Rule({"TLS-019", "TLS-017"})
    void aPeerThatEndsIsToldOfWhenItsTurnComes() {
        for (TlsOptions options : List.of(client, server)) {
            log.clear();
            run(loop -> {
                Socket socket = connected(loop);
                at(loop, 1, l -> {
                    connection(0).readAhead();
                    peer().capacity(0);
                    socket.write(ByteBuffer.wrap("in plain".getBytes(UTF_8)), (s, error) -> note(outcome("plain", error)));
                    startTls(socket, options);
                    peer().end();
                });
                at(loop, 5, l -> peer().capacity(8));
                at(loop, 6, l -> assertEquals("in plain", peer().readText()));
            });
            assertEquals(List.of("connect", "plain", "error TLS_HANDSHAKE", "close TLS_HANDSHAKE"), told());
        }
    }
}
