package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ClientAuth;
import dev.anyloop.ErrorKind;
import dev.anyloop.NetworkException;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Chapter TLS of the specification: who trusts whom, and what both agree upon. */
public abstract class TrustRules extends TlsChapter {

    @Rule("TLS-005")
    void aServerThatIsNotToBeTrustedIsRefused() {
        Certificates all = certificates();
        refuses(Certificates.context(all.others), Certificates.context(null, all.others), "127.0.0.1", "No subject alternative names", "withServerName");
        refuses(Certificates.context(all.ours), Certificates.context(null, all.others), "127.0.0.1", "trusted");
        KeyStore namesake = Certificates.of("EC");
        KeyStore trusted = Certificates.of("EC");
        refuses(Certificates.context(namesake), Certificates.context(null, trusted), "127.0.0.1", "issued by nobody who is trusted", "PemFiles.trust");
        KeyStore[] expired = Certificates.expired();
        refuses(Certificates.context(expired[0]), Certificates.context(null, expired[1]), "127.0.0.1", "expired");
        KeyStore[] early = Certificates.early();
        refuses(Certificates.context(early[0]), Certificates.context(null, early[1]), "127.0.0.1", "not valid yet");
    }

    @Rule("TLS-005")
    void noWayOutIsNamedThatIsNone() {
        KeyStore[] forClients = Certificates.forClients();
        NetworkException error = refuses(Certificates.context(forClients[0]), Certificates.context(null, forClients[1]), "127.0.0.1", "server");
        assertFalse(error.getMessage().contains("withServerName"), error.getMessage());
    }

    /** How, in the last of the versions. */
    private NetworkException refuses(SSLContext server, SSLContext client, String... words) {
        NetworkException error = null;
        for (String version : VERSIONS) {
            RecordedSocket refused = withSocket(loop -> connectSecurely(loop, securedServer(server, version, TlsChapter::tryToShakeHands),
                    TlsOptions.client().withContext(client)));
            assertEquals("error close", refused.trace());
            error = assertFailed(ErrorKind.TLS_CERTIFICATE, refused);
            for (String word : words) {
                assertTrue(error.getMessage().contains(word), error.getMessage());
            }
        }
        return error;
    }

    @Rule("TLS-005")
    void theNameThatIsAskedForCounts() {
        Certificates all = certificates();
        TlsOptions trusting = TlsOptions.client().withContext(Certificates.context(null, all.others));
        for (TlsOptions tls : List.of(trusting.withServerName("other.example"), trusting.withoutHostnameVerification())) {
            RecordedSocket socket = withSocket(loop -> connectSecurely(loop,
                    securedServer(Certificates.context(all.others), TLS_1_3, peer -> peer.send("hello").readAll()), tls)
                    .onRead((s, data) -> s.close()));
            assertEquals("connect data close", socket.trace());
        }
    }

    @Rule("TLS-010")
    void aServerGetsTheCertificatesThatItAsksFor() {
        Certificates all = certificates();
        SSLContext none = Certificates.context(null, all.ours);
        SSLContext stranger = Certificates.context(all.others, all.ours);
        for (String version : VERSIONS) {
            assertEquals("anonymous", knock(version, ClientAuth.NONE, trusted()));
            assertEquals("known", knock(version, ClientAuth.WANT, trusted()));
            assertEquals("known", knock(version, ClientAuth.NEED, trusted()));
            assertEquals("anonymous", knock(version, ClientAuth.WANT, none));
            assertEquals("TLS_CERTIFICATE", knock(version, ClientAuth.NEED, none));
            assertEquals("TLS_CERTIFICATE", knock(version, ClientAuth.NEED, stranger));
        }
    }

    private String knock(String version, ClientAuth auth, SSLContext client) {
        List<String> told = new ArrayList<>();
        withLoop(loop -> {
            List<NetworkException> errors = new ArrayList<>();
            int port = port(listenSecurely(loop, SocketOptions.defaults(), serverOptions().withClientAuth(auth), errors, socket -> {
                told.add(socket.socket().tls().peerCertificates().isEmpty() ? "anonymous" : "known");
                socket.socket().close();
            }));
            securedClient(port, client, version(version), TlsChapter::tryToShakeHands);
            when(loop, () -> !told.isEmpty() || !errors.isEmpty(), done -> {
                errors.forEach(error -> told.add(error.kind().name()));
                loop.close();
            });
        });
        return String.join(" ", told);
    }

    @Rule("TLS-025")
    void aServerIsToldWhatToDo() {
        SSLContext keyless = Certificates.context(null, certificates().ours);
        for (String version : VERSIONS) {
            assertTold("PemFiles.identity", TlsOptions.server(keyless), clientOptions().withProtocols(version));
            assertTold("withAlpn", serverOptions().withAlpn("h2"), clientOptions().withAlpn("http/1.1").withProtocols(version));
        }
        assertTold("withProtocols", serverOptions().withProtocols(TLS_1_3), clientOptions().withProtocols(TLS_1_2));
        assertTold("PemFiles.identity", serverOptions().withProtocols(TLS_1_2).withCiphers("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                clientOptions().withProtocols(TLS_1_2).withCiphers("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"));
    }

    @Rule("TLS-025")
    void aClientIsToldWhatItsOptionsLackTogether() {
        RecordedSocket refused = withSocket(loop -> connectSecurely(loop, securedServer(trusted(), TLS_1_3, TlsChapter::tryToShakeHands),
                clientOptions().withProtocols(TLS_1_3).withCiphers("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")));
        assertEquals("error close", refused.trace());
        NetworkException error = assertFailed(ErrorKind.TLS_HANDSHAKE, refused);
        assertTrue(error.getMessage().contains("tls handshake, no version") && error.getMessage().contains("withCiphers"), error.getMessage());
    }

    private void assertTold(String option, TlsOptions server, TlsOptions client) {
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), server, errors, socket -> {
                throw new AssertionError("accepted");
            }));
            RecordedSocket connecting = connectSecurely(loop, port, client);
            when(loop, () -> !errors.isEmpty() && connecting.saw("close"), done -> loop.close());
        });
        assertEquals(ErrorKind.TLS_HANDSHAKE, errors.get(0).kind());
        assertTrue(errors.get(0).getMessage().contains(option), errors.get(0).getMessage());
    }

    @Rule("TLS-009")
    void withoutAnApplicationProtocolInCommonTheHandshakeFails() {
        RecordedSocket[] connected = new RecordedSocket[1];
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> {
            int port = port(listenSecurely(loop, SocketOptions.defaults(), serverOptions().withAlpn("h2"), errors, socket -> {
                throw new AssertionError("accepted");
            }));
            connected[0] = connectSecurely(loop, port, clientOptions().withAlpn("http/1.1"));
            when(loop, () -> !errors.isEmpty() && connected[0].saw("close"), done -> loop.close());
        });
        assertFailed(ErrorKind.TLS_HANDSHAKE, connected[0]);
        assertTrue(connected[0].expectedError().getMessage().contains("ALPN"), connected[0].expectedError().toString());
        assertEquals(ErrorKind.TLS_HANDSHAKE, errors.get(0).kind());
    }
}
