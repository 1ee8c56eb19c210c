package dev.anyloop.core.tls;

import dev.anyloop.TlsSession;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads what an engine has agreed upon. */
final class Sessions {

    private Sessions() {}

    static TlsSession of(SSLEngine engine) {
        SSLSession session = engine.getSession();
        return new TlsSession(session.getProtocol(), session.getCipherSuite(), applicationProtocol(engine),
                certificates(session), serverName(session));
    }

    static boolean isTls13(SSLEngine engine) {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    private static @Nullable String applicationProtocol(SSLEngine engine) {
        try {
            String name = engine.getApplicationProtocol();
            return name == null || name.isEmpty() ? null : name;
        } catch (UnsupportedOperationException e) {
            return null; // its provider has no ALPN
        }
    }

    private static List<Certificate> certificates(SSLSession session) {
        try {
            return List.of(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // it has shown none
        }
    }

    private static @Nullable String serverName(SSLSession session) {
        for (SNIServerName name : serverNames(session)) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName().toLowerCase(Locale.ROOT); // as TlsContexts is told it
            }
        }
        return null;
    }

    private static List<SNIServerName> serverNames(SSLSession session) {
        try {
            return session instanceof ExtendedSSLSession extended ? extended.getRequestedServerNames() : List.of();
        } catch (UnsupportedOperationException e) {
            return List.of(); // as Bouncy Castle's on the side of the client
        }
    }
}
