package dev.anyloop.tck.rules;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.tck.peer.Layer;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.IOException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** How the connections of a chapter are secured, on both sides: a secured socket is a socket. */
public enum Security implements Layer {

    NONE(null, null, "plain connections"),
    TLS_1_3("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", "TLS 1.3"),
    TLS_1_2("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS 1.2");

    /** Tests call their hosts as they like. */
    private static final String NAME = "localhost";

    /** One for all, so that sessions are resumed. */
    private static final class Context {
        static final SSLContext OF_BOTH_SIDES = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    }

    private final @Nullable String protocol;

    /** Not AES, which without the second compiler of the JVM takes five times as long: over TLS, most of the time of a kit. */
    private final @Nullable String cipher;

    private final String words;

    Security(@Nullable String protocol, @Nullable String cipher, String words) {
        this.protocol = protocol;
        this.cipher = cipher;
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }

    /**
     * Whether a setting names it.
     *
     * @param setting versions of TLS with commas between them, or "none"
     */
    boolean isAmong(String setting) {
        return Arrays.stream(setting.split(",")).anyMatch(each -> words.equals("TLS " + each.strip()));
    }

    /** Of a socket under test. */
    ConnectOptions of(ConnectOptions options) {
        return protocol == null ? options
                : options.withTls(as(TlsOptions.client().withContext(Context.OF_BOTH_SIDES).withServerName(NAME)));
    }

    /** Of a server under test. */
    ListenOptions of(ListenOptions options) {
        return protocol == null ? options
                : options.withTls(as(TlsOptions.server(Context.OF_BOTH_SIDES)));
    }

    private TlsOptions as(TlsOptions options) {
        return options.withProtocols(protocol).withCiphers(cipher);
    }

    /** A test may have made its socket without asking how. */
    void check(Socket connected) {
        TlsSession session = connected.tls();
        if (protocol != null && (session == null || !session.protocol().equals(protocol))) {
            throw new AssertionError("a socket in a test over " + this + " is not secured by it, but by " + session);
        }
    }

    @Override
    public java.net.@Nullable Socket over(java.net.Socket connection, boolean accepted) throws IOException {
        if (protocol == null) {
            return connection;
        }
        SSLSocket socket = (SSLSocket) Context.OF_BOTH_SIDES.getSocketFactory().createSocket(
                connection, NAME, connection.getPort(), true);
        socket.setUseClientMode(!accepted);
        socket.setEnabledProtocols(new String[] {protocol});
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) { // the socket under test knows why
            return null;
        }
    }
}
