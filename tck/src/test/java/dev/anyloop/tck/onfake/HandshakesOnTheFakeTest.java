package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakePeer;
import dev.anyloop.tck.rules.tls.Certificates;
import dev.anyloop.tck.run.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Handshakes that are cut, slow, many or flooded, on both sides. Computations are inline, so that time is the fake's alone. Long,
 * because all of them share the two sides.
 */
class HandshakesOnTheFakeTest extends OnTheFake {

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");
    private static final int ALL = Integer.MAX_VALUE;

    /** Each cut costs a handshake: all of them are made with {@code -Dcuts=all}, else each seventh. */
    private static final int STEP = "all".equals(System.getProperty("cuts")) ? 1 : 7;

    private final SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);

    /** A new one, so that no session is resumed: all of the handshake takes place. */
    private static TlsOptions client() {
        return TlsOptions.client().withContext(Certificates.context(null, Certificates.made().ours))
                .withServerName("localhost").withExecutor(Runnable::run);
    }

    /** Of a socket that has connected, or one that was accepted; to both something happens alike. */
    private enum Side { CLIENT, SERVER }

    // ---- the loop's side ----

    /** Notes what becomes of a handshake; the peer is there. */
    private FakePeer begin(EventLoop loop, Side side) {
        if (side == Side.SERVER) {
            listen(loop);
            return fake.transport().acceptor(0).connect();
        }
        noted(loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withTls(client()))).onConnect(s -> note("secure"));
        connection(0).complete();
        return peer();
    }

    /** Goes on after the first connection that has failed. */
    private Server listen(EventLoop loop) {
        return loop.listen("10.0.0.1", 80, ListenOptions.defaults().withTls(TlsOptions.server(context).withExecutor(Runnable::run)),
                        (server, socket) -> {
                            note("secure");
                            noted(socket);
                        })
                .onError((server, error) -> note("error " + error.kind()))
                .unref();
    }

    private Socket noted(Socket socket) {
        return socket.onRead((s, data) -> note("data " + StandardCharsets.UTF_8.decode(data)))
                .onEnd(s -> note("end"))
                .onError((s, error) -> note("error " + error.kind()));
    }

    private List<String> notes() {
        return log.stream().map(OnTheFake::what).toList();
    }

    // ---- cut and slow ----

    /** The other side of a handshake, of which only so many bytes get through, and then the end. */
    private final class Limited {

        private final FakePeer peer;
        private final EnginePeer engine;
        private int left;
        private int sent;

        Limited(FakePeer peer, Side loopSide, String version, int most) throws SSLException {
            this.peer = peer;
            this.engine = new EnginePeer(peer, context, loopSide == Side.CLIENT, version);
            this.left = most;
        }

        void turn() throws SSLException {
            if (left < 0) {
                return; // it would complain of what it is told now
            }
            byte[] more = engine.turn();
            int count = Math.min(more.length, left);
            if (count > 0) {
                peer.send(Arrays.copyOf(more, count));
                left -= count;
                sent += count;
            }
            if (left == 0) {
                peer.end();
                left = -1;
            }
        }

        boolean isCut() {
            return left < 0;
        }
    }

    /** As it was when the time was over. */
    private Limited cutAfter(Side side, String version, int most) {
        log.clear();
        Limited[] peer = new Limited[1];
        run(loop -> {
            peer[0] = new Limited(begin(loop, side), side, version, most);
            for (int i = 0; i < 5; i++) {
                at(loop, 1 + i, l -> peer[0].turn());
            }
            at(loop, 10, l -> loop.close());
        });
        return peer[0];
    }

    @Rule({"TLS-004", "TLS-002", "TLS-008"})
    void aHandshakeOfAClientMayBeCutAtEachByte() {
        cutAtEachByte(Side.CLIENT, "TLSv1.3");
    }

    @Rule({"TLS-004", "TLS-002", "TLS-008"})
    void aHandshakeOfAServerMayBeCutAtEachByte() {
        cutAtEachByte(Side.SERVER, "TLSv1.3");
    }

    @Rule({"TLS-004", "TLS-002", "TLS-008"})
    void anOldHandshakeOfAClientMayBeCutAtEachByte() {
        cutAtEachByte(Side.CLIENT, "TLSv1.2");
    }

    @Rule({"TLS-004", "TLS-002", "TLS-008"})
    void anOldHandshakeOfAServerMayBeCutAtEachByte() {
        cutAtEachByte(Side.SERVER, "TLSv1.2");
    }

    /**
     * With no byte of a client nobody has heard of it (LISTEN-010); and it may be secure when it is cut. Signatures are not always
     * of the same length, so that is not always after the same byte. In a test of its own for each, because it computes a lot.
     */
    private void cutAtEachByte(Side side, String version) {
        int whole = cutAfter(side, version, ALL).sent;
        assertEquals(List.of("secure"), notes());
        for (int most = 0; most < whole; most += most < 7 ? 1 : STEP) {
            boolean cut = cutAfter(side, version, most).isCut();
            List<String> expected = !cut ? List.of("secure")
                    : notes().contains("secure") ? List.of("secure", "error TLS_TRUNCATED")
                    : most == 0 && side == Side.SERVER ? List.of() : List.of("error TLS_HANDSHAKE");
            assertEquals(expected, notes(), side + " of " + version + ", " + most + " bytes of " + whole);
        }
    }

    /** One byte in each millisecond; and the other side hears of nothing before the whole handshake is through. */
    @Rule({"TLS-016", "TLS-001"})
    void aHandshakeMayComeByteByByte() {
        for (Side side : Side.values()) {
            for (String version : VERSIONS) {
                log.clear();
                run(loop -> {
                    FakePeer peer = begin(loop, side);
                    EnginePeer engine = new EnginePeer(peer, context, side == Side.CLIENT, version);
                    ByteArrayOutputStream waiting = new ByteArrayOutputStream();
                    int[] sent = new int[1];
                    loop.interval(Duration.ofMillis(1), timer -> {
                        waiting.writeBytes(engine.turn());
                        if (sent[0] < waiting.size()) {
                            peer.send(Arrays.copyOfRange(waiting.toByteArray(), sent[0], ++sent[0]));
                        }
                    });
                    when(loop, () -> notes().contains("secure"), l -> waiting.writeBytes(engine.seal("hello")));
                    when(loop, () -> notes().size() > 1, l -> l.close());
                });
                assertEquals(List.of("secure", "data hello"), notes(), side + " of " + version);
            }
        }
    }

    /** What the system says of a connection that was made means that it is gone, whoever says it and in whichever words. */
    @Rule({"TLS-008", "ERR-002"})
    void whatTheSystemSaysInAHandshakeMeansThatItIsGone() {
        for (IOException cause : List.of(new IOException("Broken pipe"), new EngineException(110, "Connection timed out"),
                new EngineException(113, "No route to host"))) {
            log.clear();
            run(loop -> {
                noted(loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withTls(client())));
                connection(0).failOutput(cause);
                connection(0).complete();
                at(loop, 10, l -> loop.close());
            });
            assertEquals(List.of("error CONNECTION_RESET"), notes(), cause.toString());
        }
    }

    private static void when(EventLoop loop, BooleanSupplier condition, LoopCallback action) {
        loop.interval(Duration.ofMillis(1), timer -> {
            if (condition.getAsBoolean()) {
                timer.cancel();
                action.run(loop);
            }
        });
    }

    /** Each byte is progress, and the deadline does not care. */
    @Rule("TLS-004")
    void aByteASecondIsTooSlow() {
        for (Side side : Side.values()) {
            log.clear();
            long begin = now();
            run(loop -> {
                FakePeer peer = begin(loop, side);
                at(loop, 1, l -> {
                    byte[] flight = new EnginePeer(peer, context, side == Side.CLIENT, "TLSv1.3").turn();
                    for (int i = 0; i < 20; i++) {
                        byte[] one = {flight[i]};
                        at(l, 1_000 * i, later -> peer.send(one));
                    }
                });
                at(loop, 15_000, l -> l.close());
            });
            assertEquals(List.of("error TLS_HANDSHAKE@" + (begin + 10_000)), log, side.toString());
        }
    }

    /** An hour later, nothing has come of it. */
    @Rule("TLS-004")
    void aHandshakeThatIsDoneHasNoDeadline() throws SSLException {
        for (Side side : Side.values()) {
            for (String version : VERSIONS) {
                log.clear();
                run(loop -> {
                    Limited peer = new Limited(begin(loop, side), side, version, ALL);
                    for (int i = 0; i < 5; i++) {
                        at(loop, 1 + i, l -> peer.turn());
                    }
                    at(loop, 3_600_000, l -> loop.close());
                });
                assertEquals(List.of("secure"), notes(), side + " of " + version);
            }
        }
    }

    // ---- many ----

    /** They count as connecting, hold only what they have got, disturb nobody, and end when their time is over. */
    @Rule({"TLS-004", "TLS-008", "RES-007"})
    void aThousandHalfDoneHandshakesAtOnceDisturbNobody() {
        int many = 1_000;
        run(loop -> {
            FakePeer first = begin(loop, Side.SERVER);
            byte[] half = Arrays.copyOf(new EnginePeer(first, context, false, "TLSv1.3").turn(), 100);
            first.send(half);
            long[] direct = new long[1];
            at(loop, 1, l -> {
                direct[0] = Memory.directBytes();
                for (int i = 1; i < many; i++) {
                    fake.transport().acceptor(0).connect().send(half);
                }
            });
            at(loop, 100, l -> {
                assertEquals(many, l.stats().connectingSockets());
                long more = Memory.directBytes() - direct[0];
                assertTrue(more < 1 << 20, more + " direct bytes more for " + many + " handshakes");
                Limited another = new Limited(fake.transport().acceptor(0).connect(), Side.SERVER, "TLSv1.3", ALL);
                for (int i = 1; i < 5; i++) {
                    at(l, i, later -> another.turn());
                }
            });
            at(loop, 9_999, l -> assertEquals(List.of("secure"), notes()));
            at(loop, 15_000, l -> {
                assertEquals(0, l.stats().connectingSockets());
                assertEquals(1, l.stats().openSockets());
                l.close();
            });
        });
        assertEquals(many, notes().stream().filter("error TLS_HANDSHAKE"::equals).count());
    }

    /** As that of the JDK if it does not understand one of its properties: then classes of it fail when they are first used. */
    @Rule({"TLS-006", "TLS-008"})
    void aProviderThatIsNotThereAsAWholeCostsEachHandshakeOneError() {
        TlsOptions tls = TlsOptions.server(new BrittleContext(context, 0));
        run(loop -> {
            loop.listen("10.0.0.1", 80, ListenOptions.defaults().withTls(tls), (server, socket) -> note("secure"))
                    .onError((server, error) -> note("error " + error.kind()))
                    .unref();
            fake.transport().acceptor(0).connect();
            fake.transport().acceptor(0).connect();
            at(loop, 1, l -> assertEquals(0, l.stats().connectingSockets()));
            at(loop, 20_000, EventLoop::close); // so much for the time that they would have had
        });
        assertEquals(List.of("error TLS_HANDSHAKE", "error TLS_HANDSHAKE"), notes());
    }

    /** A header promises 16 KiB, and little of them comes. */
    @Rule("RES-007")
    void whatAPeerPromisesTakesNoMemory() {
        int many = 1_000;
        run(loop -> {
            listen(loop);
            List<FakePeer> peers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                peers.add(fake.transport().acceptor(0).connect());
            }
            long[] before = new long[1];
            at(loop, 1, l -> {
                before[0] = Memory.heapBytes();
                peers.forEach(peer -> peer.send(new byte[] {22, 3, 3, 0x40, 0, 1}));
            });
            at(loop, 2, l -> {
                assertEquals(many, l.stats().connectingSockets());
                long more = Memory.heapBytes() - before[0];
                assertTrue(more < 4 << 20, more + " bytes more for " + many + " times six");
                l.close();
            });
        });
    }

    // ---- floods ----

    /** In the middle of the handshake they may be refused or not, but do not put off its end; after it they are nothing. */
    @Rule({"TLS-011", "TLS-016"})
    void aFloodOfEmptyRecordsIsNoData() {
        byte[] empty = {22, 3, 3, 0, 0};
        for (Side side : Side.values()) {
            log.clear();
            run(loop -> {
                FakePeer peer = begin(loop, side);
                at(loop, 1, l -> {
                    for (int i = 0; i < 10_000; i++) {
                        peer.send(empty);
                    }
                });
                at(loop, 15_000, l -> l.close());
            });
            assertTrue(notes().size() == 1 && notes().get(0).matches("error TLS_(HANDSHAKE|PROTOCOL)"), side + ": " + log);
        }
        for (String version : VERSIONS) {
            for (Side side : Side.values()) {
                log.clear();
                afterHandshake(side, version, (peer, engine) -> {
                    for (int i = 0; i < 10_000; i++) {
                        peer.send(engine.seal(""));
                    }
                    peer.send(engine.seal("hello"));
                });
                assertEquals(List.of("secure", "data hello"), notes(), side + " of " + version);
            }
        }
    }

    /** One byte longer than any version allows; its header is enough to see it. */
    @Rule("TLS-011")
    void aRecordThatIsTooLongIsRefusedAtItsHeader() {
        for (String version : VERSIONS) {
            for (Side side : Side.values()) {
                log.clear();
                afterHandshake(side, version, (peer, engine) -> peer.send(new byte[] {23, 3, 3, 0x48, 1}));
                assertEquals(List.of("secure", "error TLS_PROTOCOL"), notes(), side + " of " + version);
            }
        }
    }

    /** All of it is there at once. */
    @Rule({"TLS-011", "TLS-024"})
    void whatCameBeforeADamagedRecordIsDeliveredAndThePeerHearsOfTheDamage() {
        for (String version : VERSIONS) {
            for (Side side : Side.values()) {
                log.clear();
                EnginePeer[] other = new EnginePeer[1];
                afterHandshake(side, version, (peer, engine) -> {
                    other[0] = engine;
                    byte[] all = concat(engine.seal("one, "), engine.seal("two"), engine.seal("three"));
                    all[all.length - 1] ^= 1;
                    peer.send(all);
                });
                assertEquals(List.of("secure", "data one, two", "error TLS_PROTOCOL"), notes(), side + " of " + version);
                String heard = assertThrows(SSLException.class, other[0]::turn).getMessage();
                assertTrue(heard.endsWith("Received fatal alert: bad_record_mac"), heard); // JDK 25 names the alert twice
            }
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private interface Bad {
        void send(FakePeer peer, EnginePeer engine) throws Exception;
    }

    private void afterHandshake(Side side, String version, Bad bad) {
        run(loop -> {
            FakePeer peer = begin(loop, side);
            Limited other = new Limited(peer, side, version, ALL);
            for (int i = 1; i < 8; i++) {
                at(loop, i, l -> other.turn());
            }
            at(loop, 10, l -> bad.send(peer, other.engine));
            at(loop, 100, l -> l.close());
        });
    }
}
