package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.tck.rules.tls.Certificates;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A context may be of another provider than the JDK's, whose engines leave out what they may: Bouncy Castle's, at both ends. */
class OtherProviderTest {

    private static final Logger TALKATIVE = Logger.getLogger("org.bouncycastle"); // kept, or it would forget its level
    private static final int BYTES = 300_000;

    private final SSLContext context = context();
    private final List<TlsSession> sessions = new ArrayList<>();
    private final List<NetworkException> errors = new ArrayList<>();
    private long echoed;

    private static SSLContext context() {
        TALKATIVE.setLevel(Level.OFF);
        try {
            KeyStore store = Certificates.made().ours;
            Provider provider = new BouncyCastleJsseProvider(new BouncyCastleProvider());
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX", provider);
            keys.init(store, "changeit".toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", provider);
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS", provider);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void converse(String version, String name) {
        try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("nio"))) {
            Server server = loop.listen("127.0.0.1", 0, ListenOptions.defaults().withTls(TlsOptions.server(context)),
                    (it, socket) -> {
                        sessions.add(socket.tls());
                        socket.onRead(Socket::write);
                    }).onError((it, error) -> { });
            TlsOptions tls = TlsOptions.client().withContext(context).withServerName(name).withProtocols(version);
            loop.connect((InetSocketAddress) server.localAddress(), ConnectOptions.defaults().withTls(tls))
                    .onConnect(s -> {
                        sessions.add(s.tls());
                        s.write(ByteBuffer.allocate(BYTES));
                    })
                    .onRead((s, data) -> {
                        echoed += data.remaining();
                        if (echoed == BYTES) {
                            s.end();
                        }
                    })
                    .onError((s, error) -> errors.add(error))
                    .onClose((s, error) -> server.close());
            loop.run();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void itSpeaksAndIsAskedWhatWasAgreedUpon(String version) {
        converse(version, "localhost");
        assertEquals(List.of(), errors);
        assertEquals(BYTES, echoed);
        assertEquals(List.of(version, version), sessions.stream().map(TlsSession::protocol).toList());
        assertTrue(sessions.stream().anyMatch(session -> !session.peerCertificates().isEmpty()));
    }

    @Test
    void theNameIsCheckedByItToo() {
        converse("TLSv1.3", "wrong.example");
        assertEquals(List.of(ErrorKind.TLS_CERTIFICATE), errors.stream().map(NetworkException::kind).toList());
        assertEquals(List.of(), sessions);
    }
}
