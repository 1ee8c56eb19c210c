package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ClientAuth;
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
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A context may be of another provider than the JDK's, whose engines leave out what they may, and have words of their own: here at both
 * ends.
 */
class OtherProviderTest {

    private static final Logger TALKATIVE = Logger.getLogger("org.bouncycastle"); // kept, or it would forget its level
    private static final String TLS_1_3 = "TLSv1.3";
    private static final int BYTES = 300_000;

    private final List<TlsSession> sessions = new ArrayList<>();
    private final List<NetworkException> errors = new ArrayList<>();
    private final List<NetworkException> serverErrors = new ArrayList<>();
    private long echoed;

    enum Maker {
        BOUNCY_CASTLE,
        CONSCRYPT;

        private Provider provider() {
            TALKATIVE.setLevel(Level.OFF);
            return this == CONSCRYPT ? Conscrypt.newProvider() : new BouncyCastleJsseProvider(new BouncyCastleProvider());
        }

        /** Conscrypt has none of its own. Asked by those called "PKIX" for its version in the middle of a handshake, it says 1.2 ever after. */
        private KeyManager[] keys(KeyStore store, Provider provider) throws GeneralSecurityException {
            KeyManagerFactory keys = this == CONSCRYPT
                    ? KeyManagerFactory.getInstance("SunX509") : KeyManagerFactory.getInstance("PKIX", provider);
            keys.init(store, "changeit".toCharArray());
            return keys.getKeyManagers();
        }

        private SSLContext context(boolean hasKey) {
            try {
                Provider provider = provider();
                KeyStore store = Certificates.made().ours;
                TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", provider);
                trust.init(store);
                SSLContext context = SSLContext.getInstance("TLS", provider);
                context.init(hasKey ? keys(store, provider) : null, trust.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        TlsOptions server() {
            return TlsOptions.server(context(true));
        }

        TlsOptions client() {
            return TlsOptions.client().withContext(context(false)).withServerName("localhost");
        }
    }

    private void converse(TlsOptions ofServer, TlsOptions ofClient) {
        try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("nio"))) {
            Server server = loop.listen("127.0.0.1", 0, ListenOptions.defaults().withTls(ofServer),
                    (it, socket) -> {
                        sessions.add(socket.tls());
                        socket.onRead(Socket::write);
                        it.close();
                    }).onError((it, error) -> {
                        serverErrors.add(error);
                        it.close();
                    });
            loop.connect((InetSocketAddress) server.localAddress(), ConnectOptions.defaults().withTls(ofClient))
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
                    .onError((s, error) -> errors.add(error));
            loop.run();
        }
    }

    private void assertKinds(List<ErrorKind> ofServer, List<ErrorKind> ofClient) {
        assertEquals(ofServer, serverErrors.stream().map(NetworkException::kind).toList(), serverErrors::toString);
        assertEquals(ofClient, errors.stream().map(NetworkException::kind).toList(), errors::toString);
    }

    @ParameterizedTest
    @CsvSource({"BOUNCY_CASTLE, TLSv1.3", "BOUNCY_CASTLE, TLSv1.2", "CONSCRYPT, TLSv1.3", "CONSCRYPT, TLSv1.2"})
    void itSpeaksAndIsAskedWhatWasAgreedUpon(Maker maker, String version) {
        converse(maker.server(), maker.client().withProtocols(version));
        assertKinds(List.of(), List.of());
        assertEquals(BYTES, echoed);
        assertEquals(List.of(version, version), sessions.stream().map(TlsSession::protocol).toList());
        assertTrue(sessions.stream().anyMatch(session -> !session.peerCertificates().isEmpty()));
    }

    @ParameterizedTest
    @CsvSource({"BOUNCY_CASTLE, TLSv1.3", "BOUNCY_CASTLE, TLSv1.2", "CONSCRYPT, TLSv1.3", "CONSCRYPT, TLSv1.2"})
    void theNameIsCheckedByItTooAndWhoIsRefusedIsTold(Maker maker, String version) {
        converse(maker.server(), maker.client().withProtocols(version).withServerName("wrong.example"));
        assertEquals(List.of(), sessions);
        assertKinds(List.of(ErrorKind.TLS_CERTIFICATE), List.of(ErrorKind.TLS_CERTIFICATE));
        assertTrue(errors.get(0).getMessage().contains("withServerName"), errors.get(0).getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aClientWithoutACertificateIsToldThatItNeedsOne(Maker maker) {
        converse(maker.server().withClientAuth(ClientAuth.NEED), maker.client().withProtocols(TLS_1_3));
        assertKinds(List.of(ErrorKind.TLS_CERTIFICATE), List.of(ErrorKind.TLS_CERTIFICATE));
    }

    @ParameterizedTest
    @EnumSource
    void bothAreToldThatTheyHaveNoVersionInCommon(Maker maker) {
        converse(maker.server().withProtocols(TLS_1_3), maker.client().withProtocols("TLSv1.2"));
        assertKinds(List.of(ErrorKind.TLS_HANDSHAKE), List.of(ErrorKind.TLS_HANDSHAKE));
        assertTrue(serverErrors.get(0).getMessage().contains("withProtocols"), serverErrors.get(0).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"BOUNCY_CASTLE, TLSv1.3", "BOUNCY_CASTLE, TLSv1.2", "CONSCRYPT, TLSv1.3", "CONSCRYPT, TLSv1.2"})
    void aServerRefusesWhoSpeaksNoneOfItsProtocolsAndTakesTheBestOfOthers(Maker maker, String version) {
        converse(maker.server().withAlpn("h2"), maker.client().withAlpn("http/1.1").withProtocols(version));
        assertEquals(List.of(ErrorKind.TLS_HANDSHAKE), serverErrors.stream().map(NetworkException::kind).toList(), serverErrors::toString);
        assertTrue(serverErrors.get(0).getMessage().contains("withAlpn"), serverErrors.get(0).getMessage());
        assertEquals(0, echoed);
        sessions.clear();
        errors.clear();
        serverErrors.clear();
        converse(maker.server().withAlpn("h2", "http/1.1"), maker.client().withAlpn("http/1.1", "h2").withProtocols(version));
        assertKinds(List.of(), List.of());
        assertEquals(List.of("h2", "h2"), sessions.stream().map(TlsSession::alpn).toList());
    }
}
