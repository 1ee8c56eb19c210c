package dev.anyloop;

import java.security.cert.Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the two sides of a TLS connection have agreed upon, as of its handshake (TLS-009). Immutable.
 *
 * @param protocol the version, {@code "TLSv1.3"} or {@code "TLSv1.2"}
 * @param cipher the cipher suite, by its standard name, for example {@code "TLS_AES_256_GCM_SHA384"}
 * @param alpn the application protocol, for example {@code "h2"}, or null if none was agreed upon
 * @param peerCertificates the peer's certificate, then those that vouch for it, as the peer sent them; empty if it has shown
 *     none. Who vouches for the last one is not among them
 * @param serverName the name that the client has asked for (SNI), in lower case, or null; also if the provider of the context does
 *     not tell it
 */
public record TlsSession(
        String protocol,
        String cipher,
        @Nullable String alpn,
        List<Certificate> peerCertificates,
        @Nullable String serverName) {

    /** Keeps a copy of the certificates. */
    public TlsSession {
        peerCertificates = List.copyOf(peerCertificates);
    }
}
