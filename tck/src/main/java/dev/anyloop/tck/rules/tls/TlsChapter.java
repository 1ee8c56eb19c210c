package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;

/** A chapter about secured sockets, with the JDK's blocking ones at the other end. */
public abstract class TlsChapter extends SocketChapter {

    static final String TLS_1_3 = "TLSv1.3";
    static final String TLS_1_2 = "TLSv1.2";
    static final List<String> VERSIONS = List.of(TLS_1_3, TLS_1_2);

    static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    static final Consumer<SSLParameters> AS_IT_IS = parameters -> {};

    private static final String[] IN_BULK = {
        "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"};

    private boolean byteByByte;

    /** Outside of the loops, whose time is measured. */
    @BeforeEach
    void makeCertificates() {
        Certificates.made();
    }

    static Certificates certificates() {
        return Certificates.made();
    }

    /** Of one who has the certificate of this machine, and trusts it too. */
    static SSLContext trusted() {
        return Certificates.context(certificates().ours, certificates().ours);
    }

    static TlsOptions clientOptions() {
        return TlsOptions.client().withContext(trusted());
    }

    static TlsOptions serverOptions() {
        return TlsOptions.server(trusted());
    }

    // ---- the sockets under test ----

    final RecordedSocket connectSecurely(EventLoop loop, int port, TlsOptions tls) {
        return connectSecurely(loop, port, SocketOptions.defaults(), tls);
    }

    final RecordedSocket connectSecurely(EventLoop loop, int port, SocketOptions options, TlsOptions tls) {
        return record(loop.connect(LOCALHOST, port, ConnectOptions.defaults().withSocket(options).withTls(tls)));
    }

    /** What the server is told goes to the list. */
    final Server listenSecurely(
            EventLoop loop, SocketOptions options, TlsOptions tls, List<NetworkException> errors, OnAccept onAccept) {
        return loop.listen(LOCALHOST, 0, ListenOptions.defaults().withSocket(options).withTls(tls),
                        (server, socket) -> accepted(socket, onAccept))
                .onError((server, error) -> errors.add(error));
    }

    // ---- deadlines ----

    /** A handshake that has to be done in time. */
    interface Attempt {

        /** Answers whether it was; if so, it has shown what it is there to show. */
        boolean isDoneWithin(Duration patience);
    }

    /** Until it is done in time: on a busy machine it takes as long as it takes. */
    final void withMoreAndMorePatience(Attempt attempt) {
        Duration patience = limits().mustNotHappen().multipliedBy(4);
        while (!attempt.isDoneWithin(patience)) {
            patience = patience.multipliedBy(2);
            assertTrue(patience.compareTo(limits().mustHappen()) < 0, "no handshake is ever done in time");
        }
    }

    /** When the deadline is long over. */
    static void talkAfter(Duration patience, Socket s) {
        s.loop().timer(patience.multipliedBy(2), timer -> s.write("hello"));
    }

    static RecordedSocket talkAndClose(RecordedSocket socket) {
        return socket.onRead((s, data) -> s.close());
    }

    static RecordedSocket echo(RecordedSocket socket) {
        return socket.onRead((s, data) -> s.write(data));
    }

    // ---- the other end ----

    /** From now on it sends one byte at a time. */
    final void sendByteByByte() {
        byteByByte = true;
    }

    /** A server that runs the script once for each connection. */
    final int securedServer(SSLContext context, String version, TlsPeer.Script script) {
        return securedServer(context, parameters -> parameters.setProtocols(new String[] {version}), script);
    }

    final int securedServer(SSLContext context, Consumer<SSLParameters> change, TlsPeer.Script script) {
        return peerServer(peer -> script.run(new TlsPeer(peer, context, true, byteByByte, change)));
    }

    /** A client that runs the script. */
    final void securedClient(int port, SSLContext context, Consumer<SSLParameters> change, TlsPeer.Script script) {
        peer(port, peer -> script.run(new TlsPeer(peer, context, false, byteByByte, change)));
    }

    final void securedClient(int port, TlsPeer.Script script) {
        securedClient(port, trusted(), AS_IT_IS, script);
    }

    static Consumer<SSLParameters> version(String name) {
        return parameters -> parameters.setProtocols(new String[] {name});
    }

    /** For much that is sent, of whatever suite: five times as fast as AES, where the JVM has only its quick compiler. */
    static Consumer<SSLParameters> inBulk(String version) {
        return version(version).andThen(parameters -> parameters.setCipherSuites(IN_BULK));
    }

    /**
     * Plays a script against a socket that connects to it, then against one that is accepted from it.
     *
     * @param setup gets each socket before its first event: in the call of connect, and in the accept callback
     * @return both sockets, when they are closed
     */
    final List<RecordedSocket> bothSecured(SocketOptions options, String version, TlsPeer.Script script, OnAccept setup) {
        return bothSecured(options, version(version), script, setup);
    }

    /** The same with a peer that is changed. */
    final List<RecordedSocket> bothSecured(
            SocketOptions options, Consumer<SSLParameters> change, TlsPeer.Script script, OnAccept setup) {
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket socket = connectSecurely(loop, securedServer(trusted(), change, script), options, clientOptions());
            sockets.add(socket);
            setup.accepted(socket);
        });
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> securedClient(port(loop.listen(LOCALHOST, 0,
                ListenOptions.defaults().withSocket(options).withTls(serverOptions()), (server, socket) -> {
                    server.close();
                    accepted(socket, recorded -> {
                        sockets.add(recorded);
                        setup.accepted(recorded);
                    });
                }).onError((server, error) -> {
                    errors.add(error);
                    server.close();
                })), trusted(), change, script));
        assertEquals(List.of(), errors);
        assertEquals(2, sockets.size(), "sockets that were made");
        return sockets;
    }

    /** The other side may refuse. */
    protected static void tryToShakeHands(TlsPeer peer) {
        try {
            peer.shakeHands();
        } catch (IOException e) {
            // it did
        }
        peer.drain();
    }

    /** The first message of a client. */
    protected static byte[] clientHello() throws SSLException {
        SSLEngine engine = trusted().createSSLEngine();
        engine.setUseClientMode(true);
        engine.beginHandshake();
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }
}
