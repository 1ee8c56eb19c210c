package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/** Chapter TLS of the specification: what a connection that is secured carries. How it ends is in {@link SecuredEndRules}. */
public abstract class SecuredRules extends TlsChapter {

    /** More than anybody lets wait. */
    private static final int MANY_ANSWERS = 70;

    /** About as much as a record holds. */
    private static final int PIECE = 16 * 1024;

    @Rule("TLS-001")
    void bytesGoBothWays() {
        for (String version : VERSIONS) {
            carries(randomBytes(1 << 18), version);
        }
    }

    @Rule("TLS-016")
    void onePieceAtATimeDoesAsWell() {
        sendByteByByte();
        for (String version : VERSIONS) {
            carries(randomBytes(1_000), version); // a record, and as much of handshakes
        }
    }

    private void carries(byte[] bytes, String version) {
        BlockingQueue<byte[]> received = queue();
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), version, peer -> {
            peer.send(bytes);
            received.add(peer.read(bytes.length));
            peer.readAll();
        }, socket -> {
            socket.socket().write(ByteBuffer.wrap(bytes), socket.completion("bytes"));
            socket.onRead((s, data) -> {
                if (socket.byteCount() == bytes.length) {
                    s.close();
                }
            });
        })) {
            assertEquals("data close", traceOf(socket));
            assertNull(socket.closeError());
            assertSameBytes(bytes, socket.bytes());
            assertEquals(List.of("bytes"), socket.completions());
            assertSameBytes(bytes, received.remove());
        }
    }

    @Rule("TLS-001")
    void aClientIsToldNothingBeforeTheHandshakeIsDone() {
        CountDownLatch gate = latch(1);
        RecordedSocket socket = withSocket(loop -> {
            int port = peerServer(peer -> {
                peer.await(gate);
                TlsPeer secured = new TlsPeer(peer, trusted(), true, false, AS_IT_IS);
                assertEquals("hello", secured.readText(5));
                secured.send("world").end();
            });
            RecordedSocket connecting = connectSecurely(loop, port, clientOptions());
            connecting.socket().write("hello");
            afterQuiet(loop, quiet -> {
                assertEquals("", connecting.trace());
                assertNull(connecting.socket().tls());
                assertTrue(connecting.socket().isOpen());
                assertEquals(1, loop.stats().connectingSockets());
                gate.countDown();
            });
            return connecting.onConnect(s -> assertNotNull(s.tls()));
        });
        assertEquals("connect data end close", socket.trace());
        assertEquals("world", socket.text());
    }

    @Rule("TLS-001")
    void aServerIsToldNothingBeforeTheHandshakeIsDone() {
        CountDownLatch gate = latch(1);
        RecordedSocket[] accepted = new RecordedSocket[1];
        withLoop(loop -> {
            int port = port(loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(serverOptions()), (server, socket) -> {
                server.close();
                accepted(socket, recorded -> accepted[0] = recorded.onRead((s, data) -> s.write("world")));
            }));
            peer(port, peer -> {
                peer.await(gate);
                TlsPeer secured = new TlsPeer(peer, trusted(), false, false, AS_IT_IS);
                secured.send("hello");
                assertEquals("world", secured.readText(5));
                secured.end();
            });
            when(loop, () -> loop.stats().connectingSockets() == 1, there -> afterQuiet(loop, quiet -> {
                assertNull(accepted[0]);
                gate.countDown();
            }));
        });
        assertEquals("data end close", accepted[0].trace());
        assertEquals("hello", accepted[0].text());
    }

    @Rule("TLS-007")
    void aWriteIsNotDoneBeforeTheKernelHasAllOfItsRecords() {
        byte[] big = randomBytes(big());
        BlockingQueue<byte[]> received = queue();
        for (String version : VERSIONS) {
            CountDownLatch gate = latch(1);
            RecordedSocket socket = withSocket(loop -> {
                int port = smallPeerServer(peer -> {
                    TlsPeer secured = new TlsPeer(peer, trusted(), true, false, inBulk(version)).shakeHands();
                    peer.await(gate);
                    received.add(secured.read(big.length));
                    secured.send("thanks").readAll();
                });
                RecordedSocket connecting = connectSecurely(loop, port, SMALL, clientOptions());
                connecting.onConnect(s -> {
                    s.write(ByteBuffer.wrap(big), connecting.completion("big"));
                    afterQuiet(loop, quiet -> {
                        assertEquals(List.of(), connecting.completions());
                        assertTrue(s.pendingBytes() > 0 && s.pendingBytes() < big.length, s.pendingBytes() + " bytes pending");
                        gate.countDown();
                    });
                });
                return connecting.onRead((s, data) -> s.close());
            });
            assertEquals("data close", traceOf(socket));
            assertEquals(List.of("big"), socket.completions());
            assertSameBytes(big, received.remove());
        }
    }

    /** It is the first, one of the first that are made together, or the second that is made when the peer has made room. */
    @Rule({"TLS-007", "WRITE-005"})
    void whatWasWrittenBeforeARecordThatCannotBeMadeIsSentAndDone() {
        int pieces = big() / PIECE;
        for (int whole : new int[] {0, 1, 3, 6, Integer.MAX_VALUE}) {
            CountDownLatch gate = latch(whole < pieces ? 0 : 1);
            AtomicInteger left = new AtomicInteger(whole);
            BlockingQueue<byte[]> received = queue();
            byte[] sent = randomBytes(pieces * PIECE);
            AtomicInteger made = new AtomicInteger();
            TlsOptions breaking =
                    TlsOptions.client().withContext(OtherEngine.over(trusted(), real -> new RecordBreaker(real, left, made)));
            RecordedSocket socket = withSocket(loop -> {
                int port = smallPeerServer(peer -> {
                    TlsPeer secured = new TlsPeer(peer, trusted(), true, false, inBulk(TLS_1_3)).shakeHands();
                    peer.await(gate);
                    received.add(secured.readUntilRefused());
                });
                RecordedSocket connecting = connectSecurely(loop, port, SMALL, breaking);
                return connecting.onConnect(s -> loop.execute(() -> { // not where the handshake ends, after which records are made anyway
                    for (int i = 0; i < pieces; i++) {
                        s.write(ByteBuffer.wrap(sent, i * PIECE, PIECE), connecting.completion("" + i));
                    }
                    if (whole >= pieces) {
                        afterQuiet(loop, quiet -> {
                            left.set(1);
                            gate.countDown();
                        });
                    }
                }));
            });
            assertEquals("error close", traceOf(socket));
            assertEquals(ErrorKind.TLS_PROTOCOL, socket.expectedError().kind());
            assertEquals(IntStream.range(0, pieces).mapToObj(i -> (i + 1) * PIECE <= made.get() ? "" + i : i + ":TLS_PROTOCOL").toList(),
                    socket.completions());
            assertSameBytes(Arrays.copyOf(sent, made.get()), received.remove());
        }
    }

    @Rule("TLS-015")
    void manySmallWritesLeaveInOneRecord() {
        for (String version : VERSIONS) {
            for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), version, peer -> {
                peer.send("go");
                assertEquals("0123456789".repeat(100), peer.readText(1_000));
                assertTrue(peer.tap.records().stream().anyMatch(record -> record.length() >= 1_000), () -> "" + peer.tap.records());
                peer.readAll();
            }, socket -> socket.onRead((s, data) -> {
                for (int i = 0; i < 100; i++) {
                    s.write("0123456789");
                }
                s.loop().execute(s::close);
            }))) {
                assertEquals("data close", traceOf(socket));
            }
        }
    }

    @Rule("TLS-016")
    void ticketsAndChangesOfKeysAreNotSeen() {
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_3, peer -> {
            assertEquals("ready", peer.readText(5));
            for (String word : List.of("one", "two", "three")) {
                peer.send(word).shakeHands(); // which by now is a change of keys
                assertEquals(word, peer.readText(word.length()));
            }
            peer.end().readAll();
        }, socket -> {
            socket.socket().write("ready");
            socket.onRead(Socket::write);
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals("onetwothree", socket.text());
            assertNull(socket.closeError());
        }
    }

    /** The answers have to wait, and what comes after the changes does not. Many, because kernels find some room now and then. */
    @Rule("TLS-016")
    void aChangeOfKeysHoldsNothingUpWhileNothingCanBeSent() {
        byte[] big = randomBytes(big());
        int changes = 50;
        BlockingQueue<byte[]> received = queue();
        CountDownLatch stuck = latch(1);
        CountDownLatch heard = latch(1);
        RecordedSocket socket = withSocket(loop -> {
            int port = smallPeerServer(peer -> {
                TlsPeer secured = new TlsPeer(peer, trusted(), true, false, inBulk(TLS_1_3)).shakeHands();
                peer.await(stuck);
                for (int i = 0; i < changes; i++) {
                    secured.shakeHands().send("x");
                }
                peer.await(heard);
                for (int i = 0; i < changes; i++) { // with those before, more than anybody keeps answers for
                    secured.shakeHands();
                }
                secured.send("y");
                received.add(secured.read(big.length));
                secured.readAll();
            });
            RecordedSocket connecting = connectSecurely(loop, port, SMALL, clientOptions());
            connecting.onConnect(s -> {
                s.write(ByteBuffer.wrap(big), connecting.completion("big"));
                afterQuiet(loop, quiet -> stuck.countDown());
            });
            return connecting.onRead((s, data) -> {
                if (connecting.byteCount() == changes) {
                    heard.countDown();
                } else if (connecting.text().endsWith("y")) {
                    s.close();
                }
            });
        });
        assertEquals("data close", traceOf(socket));
        assertEquals("x".repeat(changes) + "y", socket.text());
        assertEquals(List.of("big"), socket.completions());
        assertSameBytes(big, received.remove());
    }

    /** More than anybody lets wait were answered at once; then one has to wait, and what comes after it does not. */
    @Rule("TLS-016")
    void howeverManyChangesOfKeysWereAnsweredTheNextHoldsNothingUp() {
        byte[] much = randomBytes(much(1));
        BlockingQueue<byte[]> received = queue();
        CountDownLatch stuck = latch(1);
        CountDownLatch heard = latch(1);
        RecordedSocket socket = withSocket(loop -> {
            int port = smallPeerServer(peer -> {
                TlsPeer secured = new TlsPeer(peer, trusted(), true, false, inBulk(TLS_1_3)).shakeHands();
                for (int i = 0; i < MANY_ANSWERS; i++) {
                    secured.shakeHands();
                }
                secured.send("x");
                peer.await(stuck);
                secured.shakeHands().send("y");
                peer.await(heard);
                received.add(secured.read(much.length));
                secured.readAll();
            });
            RecordedSocket connecting = connectSecurely(loop, port, SMALL, clientOptions());
            return connecting.onRead((s, data) -> {
                if (connecting.text().equals("x")) {
                    s.write(ByteBuffer.wrap(much));
                    afterQuiet(loop, quiet -> stuck.countDown());
                } else {
                    heard.countDown();
                    s.close();
                }
            });
        });
        assertEquals("xy", socket.text());
        assertSameBytes(much, received.remove());
    }

    @Rule({"TLS-012", "TLS-024"})
    void whoWantsToRenegotiateIsRefused() {
        for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), TLS_1_2, peer -> {
            peer.send("hello");
            tryToShakeHands(peer);
            peer.drain();
            assertTrue(peer.heardAlert(), () -> "" + peer.tap.records());
        }, socket -> {})) {
            assertEquals("data error close", traceOf(socket));
            assertEquals(ErrorKind.TLS_PROTOCOL, socket.expectedError().kind());
        }
    }

    private static TlsSession session(Socket socket) {
        TlsSession session = socket.tls();
        assertNotNull(session, "tls() of a socket that is secured");
        return session;
    }

    @Rule("TLS-009")
    void tlsTellsWhatWasAgreedUpon() {
        for (String version : VERSIONS) {
            for (RecordedSocket socket : bothSecured(SocketOptions.defaults(), version, peer -> {
                peer.send("hello");
                peer.readAll();
            }, socket -> socket.onRead((s, data) -> {
                assertEquals(version, session(s).protocol());
                assertTrue(session(s).cipher().startsWith("TLS_"), session(s).cipher());
                assertNull(session(s).alpn());
                assertNull(session(s).serverName());
                boolean isClient = socket.saw("connect");
                assertEquals(isClient ? List.of(certificates().ours.getCertificate("key")) : List.of(), session(s).peerCertificates());
                s.close();
            }).onClose((s, error) -> assertNull(s.tls())))) {
                assertEquals("data close", traceOf(socket));
            }
        }
    }

    /** Its own first, then that of who has issued it. */
    @Rule("TLS-009")
    void allTheCertificatesOfThePeerAreTold() throws Exception {
        KeyStore[] issued = Certificates.issued();
        List<Certificate> chain = List.of(issued[0].getCertificateChain("key"));
        assertEquals(2, chain.size());
        for (String version : VERSIONS) {
            TlsOptions trusting = TlsOptions.client().withContext(Certificates.context(null, issued[1]));
            RecordedSocket socket = withSocket(loop -> connectSecurely(
                    loop, securedServer(Certificates.context(issued[0]), version, TlsChapter::tryToShakeHands), trusting).onConnect(s -> {
                        assertEquals(chain, session(s).peerCertificates());
                        s.close();
                    }));
            assertEquals("connect close", socket.trace());
        }
    }

    @Rule("TLS-009")
    void aPlainSocketHasNoSession() {
        for (RecordedSocket socket : bothWays(peer -> peer.send("hello").readAll(), socket -> {
            assertNull(socket.socket().tls());
            socket.onRead((s, data) -> {
                assertNull(s.tls());
                s.close();
            });
        })) {
            assertEquals("data close", traceOf(socket));
        }
    }

    /** Also one that the JDK does not tell by itself: without a dot, or with no other than that of the root. */
    @Rule({"TLS-009", "TLS-005"})
    void aNameIsToldAndAnAddressIsNot() {
        for (String name : List.of("localhost", "a-b", "a-b.", "other.example", "other.example.", "a-b.c1.example", "10.0.0.1", "::1")) {
            List<String> told = new ArrayList<>();
            RecordedSocket connected = withSocket(loop -> {
                int port = port(loop.listen(LOCALHOST, 0, ListenOptions.defaults().withTls(serverOptions()), (server, socket) -> {
                    server.close();
                    accepted(socket, recorded -> told.add(String.valueOf(session(socket).serverName())));
                }).onError((server, error) -> {
                    told.add(error.getMessage());
                    server.close();
                }));
                TlsOptions tls = clientOptions().withServerName(name).withoutHostnameVerification();
                return record(loop.connect(LOCALHOST, port, ConnectOptions.defaults().withTls(tls))).onConnect(Socket::close);
            });
            assertEquals(List.of(name.matches("[0-9.:]+") ? "null" : name.replaceFirst("\\.$", "")), told);
            assertEquals("connect close", connected.trace());
        }
    }

    @Rule({"TLS-009", "TLS-005"})
    void nameAndApplicationProtocolAreAgreedUpon() {
        SSLContext others = Certificates.context(certificates().others, certificates().others);
        RecordedSocket[] accepted = new RecordedSocket[1];
        RecordedSocket connected = withSocket(loop -> {
            int port = port(loop.listen(LOCALHOST, 0,
                    ListenOptions.defaults().withTls(TlsOptions.server(others).withAlpn("http/1.1", "h2")), (server, socket) -> {
                        server.close();
                        accepted(socket, recorded -> {
                            accepted[0] = recorded;
                            assertEquals("http/1.1", session(socket).alpn());
                            assertEquals("other.example", session(socket).serverName());
                        });
                    }));
            return record(loop.connect(LOCALHOST, port, ConnectOptions.defaults().withTls(
                    TlsOptions.client().withContext(others).withAlpn("h2", "http/1.1").withServerName("Other.EXAMPLE")))).onConnect(s -> {
                        assertEquals("http/1.1", session(s).alpn());
                        assertEquals("other.example", session(s).serverName());
                        s.close();
                    });
        });
        assertEquals("connect close", connected.trace());
        assertEquals("end close", accepted[0].trace());
    }
}
