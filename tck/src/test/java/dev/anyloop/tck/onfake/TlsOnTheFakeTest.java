package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakePeer;
import dev.anyloop.tck.rules.tls.Certificates;
import dev.anyloop.tck.run.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Secured connections, by chosen bytes at chosen times. Computations are inline, so that time is the fake's alone. Long, as all
 * that a socket does can meet a record that is not whole.
 */
class TlsOnTheFakeTest extends OnTheFake {

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** In TLS 1.3: the hello, change_cipher_spec and the last message. */
    private static final int WRAPS_OF_HANDSHAKE = 3;

    private static final String LARGE_RECORDS = "jsse.SSLEngine.acceptLargeFragments";

    private static final int FEW_RECORDS = 50_000;

    /** More than is made and offered at once. */
    private static final int BATCHES = 1 << 20;

    private final SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    private final TlsOptions tls =
            TlsOptions.client().withContext(context).withServerName("localhost").withExecutor(Runnable::run);

    private Socket connectSecurely(EventLoop loop) {
        return connectSecurely(loop, tls);
    }

    private Socket connectSecurely(EventLoop loop, TlsOptions options) {
        Socket socket = loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withTls(options));
        int last = sockets++;
        loop.execute(() -> connection(last).complete());
        return logged(socket).onConnect(s -> note("connect")).onEnd(s -> note("end"));
    }

    private int sockets;

    private EnginePeer server(int connection, String version) {
        return server(connection, context, version);
    }

    private EnginePeer server(int connection, SSLContext its, String version) {
        try {
            return new EnginePeer(connection(connection).peer(), its, true, version);
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** As often as a millisecond, until the loop is over. */
    private void serve(EventLoop loop, int connection, EnginePeer server) {
        loop.interval(Duration.ofMillis(1), timer -> connection(connection).peer().send(server.turn())).unref();
    }

    // ---- the handshake ----

    /** In TLS 1.3 its own flight is the last. The callback may block, and the peer is not to wait for that. */
    @Rule("TLS-001")
    void aClientIsConnectedWhenTheKernelHasItsLastFlight() {
        run(loop -> {
            Socket socket = connectSecurely(loop);
            at(loop, 1, l -> {
                EnginePeer server = server(0, "TLSv1.3");
                boolean[] reading = {true};
                loop.interval(Duration.ofMillis(1), timer -> {
                    byte[] flight = reading[0] ? server.turn() : new byte[0];
                    peer().send(flight);
                    if (flight.length > 0 && log.isEmpty()) {
                        reading[0] = false;
                        peer().capacity(10); // for change_cipher_spec, and little of what follows
                        at(loop, 50, later -> {
                            assertEquals(List.of(), log);
                            reading[0] = true;
                            peer().capacity(Integer.MAX_VALUE);
                        });
                        at(loop, 100, later -> {
                            assertEquals("connect", what(log.get(0)));
                            socket.abort();
                            timer.cancel();
                        });
                    }
                }).unref();
            });
        });
    }

    /** In TLS 1.3 its own flight is the last, and is all that is still to be sent when the engine has shaken hands. */
    @Rule({"TLS-001", "TLS-019"})
    void whoCannotSendItsLastFlightIsNotConnected() {
        run(loop -> {
            connectSecurely(loop).onError((s, error) -> note("error " + error.operation()));
            at(loop, 1, l -> {
                EnginePeer server = server(0, "TLSv1.3");
                peer().send(server.turn());
                connection(0).failOutput(new EngineException(ErrorKind.CONNECTION_RESET, "Broken pipe"));
            });
        });
        assertEquals(List.of("error connect", "close CONNECTION_RESET"), log.stream().map(OnTheFake::what).toList());
    }

    // ---- the end ----

    /** The kernel has room for what was written, and not for the end after it. */
    @Rule({"TLS-014", "CLOSE-001"})
    void whatSaysTheEndIsWaitedFor() {
        for (String version : VERSIONS) {
            EnginePeer[] server = new EnginePeer[1];
            afterHandshake(version, server, s -> {
                s.write("hello");
                s.close();
            });
            assertEquals("hello", server[0].received());
            assertTrue(server[0].sawEnd());
            assertEquals("close", what(log.get(log.size() - 1)));
        }
    }

    @Rule({"TLS-014", "CLOSE-005"})
    void abortDoesNotWaitForWhatSaysTheEnd() {
        EnginePeer[] server = new EnginePeer[1];
        afterHandshake("TLSv1.3", server, s -> {
            s.write("hello");
            s.close();
            at(s.loop(), 1, l -> s.abort());
        });
        assertFalse(server[0].sawEnd());
        assertEquals("close", what(log.get(log.size() - 1)));
    }

    private interface Action {
        void on(Socket socket) throws Exception;
    }

    /** Then the kernel has room for one short record, until much later. */
    private void afterHandshake(String version, EnginePeer[] server, Action action) {
        log.clear();
        sockets = 0;
        run(loop -> {
            Socket socket = connectSecurely(loop);
            at(loop, 1, l -> {
                server[0] = server(0, version);
                serve(loop, 0, server[0]);
            });
            at(loop, 50, l -> {
                server[0].turn();
                peer().capacity(0);
                action.on(socket);
            });
            at(loop, 60, l -> peer().capacity(30)); // of the record alone
            at(loop, 100, l -> peer().capacity(Integer.MAX_VALUE));
            at(loop, 110, l -> peer().send(server[0].turn()));
        });
    }

    // ---- who does not read ----

    /** A peer that asks for new keys again and again, and reads no answer, is read no more when too many of them wait. */
    @Rule({"TLS-016", "READ-006"})
    void whoReadsNoAnswersIsNotReadEither() {
        EnginePeer[] server = new EnginePeer[1];
        run(loop -> {
            Socket socket = connectSecurely(loop);
            at(loop, 1, l -> server[0] = server(0, "TLSv1.3"));
            for (int i = 2; i < 10; i++) {
                at(loop, i, l -> peer().send(server[0].turn()));
            }
            at(loop, 20, l -> {
                assertTrue(connection(0).isReading());
                peer().capacity(0);
                socket.write("hello");
            });
            at(loop, 21, l -> {
                for (int i = 1; i < 64; i++) {
                    peer().send(server[0].changeKeys());
                }
                peer().send(server[0].seal("before it"));
            });
            at(loop, 22, l -> {
                assertTrue(connection(0).isReading());
                peer().send(server[0].changeKeys()).send(server[0].seal("after it"));
            });
            at(loop, 23, l -> {
                assertFalse(connection(0).isReading());
                peer().capacity(Integer.MAX_VALUE);
            });
            socket.onRead((s, data) -> note("data " + StandardCharsets.UTF_8.decode(data)));
            at(loop, 24, l -> {
                assertTrue(connection(0).isReading());
                server[0].turn();
                socket.abort();
            });
        });
        assertEquals("hello", server[0].received());
        assertEquals(List.of("connect", "data before it", "data after it", "close"), log.stream().map(OnTheFake::what).toList());
    }

    /** An engine that had read before it was told to pause tells of the end too. */
    @Rule({"TLS-016", "TLS-002"})
    void whatCameBeforeTheEndIsNotLostToWhoReadsTheAnswersLate() {
        EnginePeer[] server = new EnginePeer[1];
        run(loop -> {
            Socket socket = connectSecurely(loop).onRead((s, data) -> note("data " + StandardCharsets.UTF_8.decode(data)));
            at(loop, 1, l -> server[0] = serverOfReadAhead());
            for (int i = 2; i < 10; i++) {
                at(loop, i, l -> peer().send(server[0].turn()));
            }
            at(loop, 20, l -> {
                peer().capacity(0);
                socket.write("hello");
            });
            at(loop, 21, l -> peer().send(server[0].changeKeys()).send(server[0].seal("after it")).send(server[0].end()).end());
            at(loop, 25, l -> peer().capacity(Integer.MAX_VALUE));
        });
        assertEquals(List.of("connect", "data after it", "end", "close"), log.stream().map(OnTheFake::what).toList());
    }

    /** A peer that asks for new keys and goes: the answer meets that it is gone, and what it sent behind the question is there. */
    @Rule({"READ-005", "TLS-016"})
    void whatCameBehindAQuestionIsDeliveredThoughTheAnswerCannotBeSent() {
        EnginePeer[] server = new EnginePeer[1];
        run(loop -> {
            Socket socket = connectSecurely(loop).onRead((s, data) -> note("data " + StandardCharsets.UTF_8.decode(data)))
                    .onError((s, error) -> note("error " + error.kind()));
            at(loop, 1, l -> server[0] = server(0, "TLSv1.3"));
            for (int i = 2; i < 10; i++) {
                at(loop, i, l -> peer().send(server[0].turn()));
            }
            at(loop, 20, l -> {
                connection(0).failOutput(new EngineException(ErrorKind.CONNECTION_RESET, "Broken pipe"));
                peer().send(server[0].changeKeys()).send(server[0].seal("one, "));
                peer().send(server[0].changeKeys()).send(server[0].seal("two"));
                peer().breakInput(new EngineException(ErrorKind.CONNECTION_RESET, "Connection reset"));
            });
            at(loop, 100, l -> socket.abort());
        });
        assertEquals(List.of("connect", "data one, two", "error CONNECTION_RESET", "close CONNECTION_RESET"), log.stream().map(OnTheFake::what).toList());
    }

    /** Some records leave, the next one meets the reset, which the kernel tells once; what it tells reading then is an end. */
    @Rule({"READ-005", "TLS-014"})
    void aResetThatARecordHasMetIsNoTruncation() {
        run(loop -> {
            Socket socket = connectSecurely(loop).onError((s, error) -> note("error " + error.kind()));
            EnginePeer[] server = new EnginePeer[1];
            at(loop, 1, l -> server[0] = server(0, "TLSv1.3"));
            for (int i = 2; i < 10; i++) {
                at(loop, i, l -> peer().send(server[0].turn()));
            }
            at(loop, 20, l -> l.execute(() -> { // a poll follows at once
                connection(0).failOutput(1, new EngineException(ErrorKind.CONNECTION_RESET, "Broken pipe"));
                socket.write(ByteBuffer.allocate(BATCHES));
                peer().end();
            }));
        });
        assertEquals(List.of("connect", "error CONNECTION_RESET", "close CONNECTION_RESET"), log.stream().map(OnTheFake::what).toList());
    }

    private EnginePeer serverOfReadAhead() {
        connection(0).readAhead();
        return server(0, "TLSv1.3");
    }

    /** In TLS 1.2 the peer's end ends both sides, but what is answered before it is heard has been sent. */
    @Rule({"TLS-016", "TLS-013"})
    void whatCameWithTheEndIsAnsweredAsIfItHadComeBefore() {
        for (String version : VERSIONS) {
            log.clear();
            sockets = 0;
            EnginePeer[] server = new EnginePeer[1];
            run(loop -> {
                connectSecurely(loop).onRead(Socket::write);
                at(loop, 1, l -> server[0] = server(0, version));
                for (int i = 2; i < 10; i++) {
                    at(loop, i, l -> peer().send(server[0].turn()));
                }
                at(loop, 20, l -> {
                    byte[] hello = server[0].seal("hello");
                    byte[] end = server[0].end();
                    byte[] both = Arrays.copyOf(hello, hello.length + end.length);
                    System.arraycopy(end, 0, both, hello.length, end.length);
                    peer().send(both).end();
                });
                at(loop, 30, l -> server[0].turn());
            });
            assertEquals(List.of("connect", "end", "close"), log.stream().map(OnTheFake::what).toList(), version);
            assertEquals("hello", server[0].received(), version);
        }
    }

    // ---- limits of the JDK's ----

    @Rule({"TLS-005", "TLS-025"})
    void aChainThatIsTooLongForTheJdkIsACertificateThatIsRefused() {
        SSLContext tooLong = Certificates.context(Certificates.ofChain(20));
        for (String version : VERSIONS) {
            log.clear();
            sockets = 0;
            run(loop -> {
                connectSecurely(loop, tls.withProtocols(version)).onError((s, error) -> {
                    note("error " + error.kind());
                    assertTrue(error.getMessage().contains("jdk.tls.maxCertificateChainLength"), error.getMessage());
                });
                at(loop, 1, l -> serve(loop, 0, server(0, tooLong, version)));
            });
            assertEquals(List.of("error TLS_CERTIFICATE", "close TLS_CERTIFICATE"), log.stream().map(OnTheFake::what).toList(), version);
        }
    }

    // ---- engines that are asked for more than others ----

    /** Told to accept records of twice the length, the JDK's engine wants room for one of these before it makes any. */
    @Rule({"TLS-001", "TLS-016"})
    void anEngineThatWantsMoreRoomThanARecordHasGetsIt() throws SSLException {
        System.setProperty(LARGE_RECORDS, "true"); // which each session looks at when it is made
        try {
            EnginePeer[] server = new EnginePeer[1];
            run(loop -> {
                Socket socket = connectSecurely(loop).onRead((s, data) -> {
                    note(StandardCharsets.UTF_8.decode(data).toString());
                    s.close();
                });
                at(loop, 1, l -> {
                    server[0] = server(0, "TLSv1.3");
                    serve(loop, 0, server[0]);
                    socket.write("x".repeat(FEW_RECORDS));
                });
                at(loop, 50, l -> peer().send(server[0].seal("hello")));
            });
            assertEquals(List.of("connect", "hello", "close"), log.stream().map(OnTheFake::what).toList());
            server[0].turn();
            assertEquals(FEW_RECORDS, server[0].received().length());
        } finally {
            System.clearProperty(LARGE_RECORDS);
        }
    }

    // ---- engines that fail ----

    /** What is said in one go is made in one room: of that nothing is lost, or the peer could not read the alert after it. */
    @Rule({"TLS-024", "TLS-008"})
    void whatWasSaidBeforeTheEngineFailedIsHeard() throws SSLException {
        for (String version : VERSIONS) {
            for (int wrap = 3; wrap <= (version.equals("TLSv1.3") ? 3 : 4); wrap++) { // not the first of the last flight
                log.clear();
                sockets = 0;
                EnginePeer[] server = new EnginePeer[1];
                TlsOptions brittle = tls.withContext(new BrittleContext(context, wrap)).withProtocols(version);
                run(loop -> {
                    connectSecurely(loop, brittle).onError((s, error) -> note("error " + error.kind()));
                    at(loop, 1, l -> {
                        server[0] = server(0, version);
                        serve(loop, 0, server[0]);
                    });
                });
                assertEquals(List.of("error TLS_PROTOCOL", "close TLS_PROTOCOL"), log.stream().map(OnTheFake::what).toList(), version);
                server[0].turn();
                assertTrue(server[0].sawEnd(), version + ", record " + wrap);
            }
        }
    }

    /** Whether the kernel takes what was made at once, or later. The peer hears of it, and its own last words are no end. */
    @Rule({"TLS-007", "TLS-024", "WRITE-004"})
    void whatWasSentBeforeTheEngineFailedIsCompleted() throws SSLException {
        int size = 10_000;
        for (int capacity : List.of(Integer.MAX_VALUE, 40_000, 0)) {
            int before = -1;
            for (int made = 0; made <= 9; made++) { // four are made in one room
                log.clear();
                sockets = 0;
                EnginePeer[] server = new EnginePeer[1];
                TlsOptions brittle = tls.withContext(new BrittleContext(context, WRAPS_OF_HANDSHAKE + made + 1));
                run(loop -> {
                    Socket socket = connectSecurely(loop, brittle).onError((s, error) -> note("error " + error.kind()));
                    at(loop, 1, l -> {
                        server[0] = server(0, "TLSv1.3");
                        serve(loop, 0, server[0]);
                    });
                    at(loop, 50, l -> {
                        peer().capacity(capacity);
                        for (int i = 0; i < 20; i++) {
                            socket.write(ByteBuffer.allocate(size), (s, error) -> note(outcome("write", error)));
                        }
                        peer().send(server[0].seal("too late"));
                    });
                    at(loop, 60, l -> peer().capacity(Integer.MAX_VALUE));
                });
                server[0].turn();
                assertTrue(server[0].sawEnd(), made + " records, room for " + capacity);
                int received = server[0].received().length();
                assertTrue(received > before, made + " records: " + received);
                before = received;
                List<String> expected = new ArrayList<>(List.of("connect"));
                expected.addAll(Collections.nCopies(received / size, "write"));
                expected.add("error TLS_PROTOCOL");
                expected.addAll(Collections.nCopies(20 - received / size, "write TLS_PROTOCOL"));
                expected.add("close TLS_PROTOCOL");
                assertEquals(expected, log.stream().map(OnTheFake::what).toList(), made + " records, room for " + capacity);
            }
        }
    }

    // ---- closing ----

    /** To release it before the rest comes would reset it, and that destroys what we have sent. */
    @Rule({"TLS-014", "CLOSE-003"})
    void whoIsInTheMiddleOfARecordIsStillSending() {
        for (String version : VERSIONS) {
            log.clear();
            sockets = 0;
            EnginePeer[] server = new EnginePeer[1];
            run(loop -> {
                Socket socket = connectSecurely(loop);
                at(loop, 1, l -> server[0] = server(0, version));
                for (int i = 2; i < 10; i++) {
                    at(loop, i, l -> peer().send(server[0].turn()));
                }
                at(loop, 20, l -> {
                    byte[] record = server[0].seal("0123456789".repeat(10));
                    peer().send(Arrays.copyOf(record, 50));
                    at(l, 2, later -> peer().send(Arrays.copyOfRange(record, 50, record.length)));
                    socket.close();
                });
                at(loop, 40, l -> {
                    note("the peer ends");
                    peer().end();
                });
            });
            assertEquals(List.of("connect", "the peer ends", "close"), log.stream().map(OnTheFake::what).toList(), version);
        }
    }

    /** The server's tickets are on their way; if they are not, there is the peer's end, or a second that passes. */
    @Rule("TLS-014")
    void aClientThatHasHeardNothingSinceTheHandshakeWaitsASecondAtMost() {
        assertEquals(List.of("connect", "not yet", "a second", "close"), closedAtOnce(peer -> {}));
        assertEquals(List.of("connect", "not yet", "close", "a second"), closedAtOnce(FakePeer::end));
    }

    private List<String> closedAtOnce(Consumer<FakePeer> then) {
        log.clear();
        sockets = 0;
        EnginePeer[] server = new EnginePeer[1];
        run(loop -> {
            Socket socket = connectSecurely(loop);
            at(loop, 1, l -> server[0] = server(0, "TLSv1.3"));
            at(loop, 2, l -> peer().send(server[0].turn()));
            at(loop, 20, l -> socket.close());
            at(loop, 40, l -> {
                note("not yet");
                then.accept(peer());
            });
            at(loop, 1_000, l -> note("a second"));
        });
        return log.stream().map(OnTheFake::what).toList();
    }

    // ---- memory ----

    @Rule("RES-007")
    void aConnectionAtRestHoldsNoBuffer() {
        int many = 40;
        run(loop -> {
            List<EnginePeer> servers = new ArrayList<>();
            List<Socket> all = new ArrayList<>();
            long[] before = new long[1];
            for (int i = 0; i < many; i++) {
                int number = i;
                all.add(connectSecurely(loop));
                at(loop, 1, l -> {
                    servers.add(server(number, "TLSv1.3"));
                    serve(loop, number, servers.get(number));
                });
            }
            at(loop, 1, l -> before[0] = Memory.directBytes());
            at(loop, 50, l -> all.forEach(socket -> socket.write(new byte[10_000])));
            at(loop, 100, l -> {
                assertTrue(servers.stream().allMatch(server -> server.received().length() == 10_000));
                long more = Memory.directBytes() - before[0];
                assertTrue(more < 1 << 20, more + " bytes more than before for " + many + " connections");
                all.forEach(Socket::abort);
            });
        });
    }
}
