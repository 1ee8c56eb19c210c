package dev.anyloop;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is secured by TLS (chapter TLS of the specification). Immutable; start from {@link #client()} or
 * {@link #server(SSLContext)}, and give it to {@link ConnectOptions#withTls} or {@link ListenOptions#withTls}.
 *
 * <pre>{@code
 * loop.connect("www.example.com", 443, ConnectOptions.defaults().withTls(TlsOptions.client()))
 *
 * SSLContext context = PemFiles.identity(Path.of("chain.pem"), Path.of("key.pem"));
 * loop.listen(null, 443, ListenOptions.defaults().withTls(TlsOptions.server(context)), onAccept)
 * }</pre>
 *
 * @param isServer whether this side is the server of the handshake
 * @param context the keys and whom to trust, or null for the system's: {@link SSLContext#getDefault()}
 * @param contexts of a server: chooses the context for each handshake; null to always use that one
 * @param alpn the application protocols, the one liked best first, each byte of a name as the character of that number; none by default
 *     (TLS-009)
 * @param protocols the versions, or none for those that the context has on, which are TLS 1.3 and 1.2
 * @param ciphers the cipher suites, the one liked best first, or none for those that the context has on
 * @param clientAuth of a server: whether it asks for a certificate; none by default
 * @param serverName of a client: the name that the server's certificate has to have, and that the server is told (SNI); null
 *     for the host that is connected to
 * @param verifiesHostname of a client: whether the server's certificate has to have the name; true by default (TLS-005)
 * @param handshakeTimeout how long the handshake may take; 10 s by default (TLS-004)
 * @param allowsTruncation whether the end of the connection without the peer's word for it counts as the end; false by
 *     default (TLS-002)
 * @param executor where the handshake does what takes long, or null for threads of the loop's own (TLS-006)
 */
public record TlsOptions(
        boolean isServer,
        @Nullable SSLContext context,
        @Nullable TlsContexts contexts,
        List<String> alpn,
        List<String> protocols,
        List<String> ciphers,
        ClientAuth clientAuth,
        @Nullable String serverName,
        boolean verifiesHostname,
        Duration handshakeTimeout,
        boolean allowsTruncation,
        @Nullable Executor executor) {

    private static final TlsOptions CLIENT = new TlsOptions(
            false, null, null, List.of(), List.of(), List.of(), ClientAuth.NONE, null, true, Duration.ofSeconds(10), false, null);

    private static final int LONGEST_ALPN = 255;
    private static final char LAST_BYTE = '\u00ff';

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the context knows no such protocol or cipher suite, an application protocol has
     *     not 1 to 255 characters, the server's name is empty, the timeout is not positive, or an option is of the other
     *     side; the message names the value
     */
    public TlsOptions {
        alpn = List.copyOf(alpn);
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        Objects.requireNonNull(clientAuth, "clientAuth");
        Objects.requireNonNull(handshakeTimeout, "handshakeTimeout");
        for (String name : alpn) {
            if (name.isEmpty() || name.length() > LONGEST_ALPN) {
                throw new IllegalArgumentException("ALPN name of " + name.length() + " characters, not 1 to 255: \"" + name + "\"");
            } else if (name.chars().anyMatch(c -> c > LAST_BYTE)) {
                throw new IllegalArgumentException("ALPN name that is no bytes: \"" + name
                        + "\" (write each byte as the character of that number, U+0000 to U+00FF)");
            }
        }
        if (!isServer && contexts != null) {
            throw new IllegalArgumentException("contexts of a client (only a server chooses by what it is asked for; use withContext)");
        }
        if (contexts == null && (!protocols.isEmpty() || !ciphers.isEmpty())) {
            SSLParameters supported = effective(context).getSupportedSSLParameters();
            checkAll("protocol", protocols, supported.getProtocols());
            checkAll("cipher suite", ciphers, supported.getCipherSuites());
        }
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException("handshakeTimeout <= 0: " + handshakeTimeout
                    + " (use a long one such as Duration.ofDays(1) to wait as long as the peer likes)");
        }
        if (!isServer && clientAuth != ClientAuth.NONE) {
            throw new IllegalArgumentException("clientAuth of a client: " + clientAuth + " (only a server asks for it)");
        }
        if (serverName != null && serverName.isEmpty()) {
            throw new IllegalArgumentException("serverName is empty: \"\" (use null for the host that is connected to)");
        }
        if (isServer && serverName != null) {
            throw new IllegalArgumentException("serverName of a server: " + serverName + " (only a client asks for it)");
        }
    }

    private static void checkAll(String what, List<String> names, String[] supported) {
        for (String name : names) {
            if (!List.of(supported).contains(name)) {
                throw new IllegalArgumentException(
                        "no such " + what + ": \"" + name + "\" (there are " + String.join(", ", supported) + ")");
            }
        }
    }

    /**
     * The context of a handshake: the one that was given, or that is {@linkplain #withContexts chosen}, or else the system's.
     *
     * @param serverName as for {@link TlsContexts#contextFor}
     * @param names as for {@link TlsContexts#contextFor}
     * @return the context; null if the choice was for none
     * @throws IllegalStateException if none was given and the system has none
     * @throws Exception as the choice does
     */
    public @Nullable SSLContext contextFor(@Nullable String serverName, List<String> names) throws Exception {
        return contexts != null ? contexts.contextFor(serverName, names) : effective(context);
    }

    private static SSLContext effective(@Nullable SSLContext given) {
        try {
            return given != null ? given : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the system has no TLS context: " + innermost(e) + stores() + " (use TlsOptions.withContext)", e);
        }
    }

    /** Those that the process was told to use; JDK 17 does not name them. */
    private static String stores() {
        return Stream.of("javax.net.ssl.keyStore", "javax.net.ssl.trustStore")
                .filter(name -> System.getProperty(name) != null)
                .map(name -> ", with " + name + "=" + System.getProperty(name))
                .collect(Collectors.joining());
    }

    /** What the JDK says itself is that it could not make one. */
    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * For who connects: whom the system trusts, the name of the host is verified, TLS 1.3 or 1.2.
     *
     * @return the default options of a client
     */
    public static TlsOptions client() {
        return CLIENT;
    }

    /**
     * For who listens: the context has its key and certificate; TLS 1.3 or 1.2.
     *
     * @param context for example of {@link PemFiles}
     * @return the default options of a server
     */
    public static TlsOptions server(SSLContext context) {
        Objects.requireNonNull(context, "context");
        return new TlsOptions(true, context, null, List.of(), List.of(), List.of(), ClientAuth.NONE, null, true,
                CLIENT.handshakeTimeout, false, null);
    }

    /**
     * For who listens with the certificates of several names, or with such as change, as by {@link #withContexts}.
     *
     * @param contexts asked for each handshake
     * @return the default options of a server
     */
    public static TlsOptions server(TlsContexts contexts) {
        Objects.requireNonNull(contexts, "contexts");
        return new TlsOptions(true, null, contexts, List.of(), List.of(), List.of(), ClientAuth.NONE, null, true,
                CLIENT.handshakeTimeout, false, null);
    }

    /**
     * Sets the keys and whom to trust, for all handshakes.
     *
     * @param context of any provider
     * @return the changed options
     */
    public TlsOptions withContext(SSLContext context) {
        Objects.requireNonNull(context, "context");
        return new TlsOptions(isServer, context, null, alpn, protocols, ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets who chooses the context for each handshake, by what the client asks for (TLS-021). So one server has the certificates
     * of several names, and a certificate is replaced without a moment in which nobody listens: connections that are open keep
     * the one they were made with. Names of protocols and cipher suites are checked in the handshake then, not before.
     *
     * <pre>{@code
     * Map<String, SSLContext> byName = new ConcurrentHashMap<>(); // changed at any time
     * TlsOptions.server((name, alpn) -> byName.getOrDefault(name == null ? "" : name, anyOther))
     * }</pre>
     *
     * @param contexts of servers only
     * @return the changed options
     */
    public TlsOptions withContexts(TlsContexts contexts) {
        Objects.requireNonNull(contexts, "contexts");
        return new TlsOptions(isServer, null, contexts, alpn, protocols, ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets the application protocols (ALPN). If both sides have some and none in common, the handshake fails.
     *
     * @param names the one liked best first, for example {@code "h2", "http/1.1"}: 1 to 255 characters up to U+00FF
     * @return the changed options
     */
    public TlsOptions withAlpn(String... names) {
        return new TlsOptions(isServer, context, contexts, List.of(names), protocols, ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets the versions.
     *
     * @param names for example {@code "TLSv1.3"}; none for those that the context has on
     * @return the changed options
     */
    public TlsOptions withProtocols(String... names) {
        return new TlsOptions(isServer, context, contexts, alpn, List.of(names), ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets the cipher suites.
     *
     * @param names the one liked best first; none for those that the context has on
     * @return the changed options
     */
    public TlsOptions withCiphers(String... names) {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, List.of(names), clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets whether a server asks for a certificate, which the context's trust decides upon (TLS-010).
     *
     * @param auth of servers only
     * @return the changed options
     */
    public TlsOptions withClientAuth(ClientAuth auth) {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, auth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Sets the name that a client asks for, instead of the host that it connects to.
     *
     * @param name a host name or an address; null for the host
     * @return the changed options
     */
    public TlsOptions withServerName(@Nullable String name) {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, clientAuth, name, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }

    /**
     * Takes a server whatever name its certificate has. That makes TLS worthless against who sits in between, unless the
     * context trusts this one server only.
     *
     * @return the changed options
     */
    public TlsOptions withoutHostnameVerification() {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, clientAuth, serverName, false, handshakeTimeout,
                allowsTruncation, executor);
    }

    /**
     * Sets how long the handshake may take (TLS-004).
     *
     * @param timeout a positive duration
     * @return the changed options
     */
    public TlsOptions withHandshakeTimeout(Duration timeout) {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, clientAuth, serverName, verifiesHostname, timeout,
                allowsTruncation, executor);
    }

    /**
     * Takes the end of the connection for the peer's end, although the peer did not say so and an attacker could have cut it
     * (TLS-002). For old peers, with protocols that know by themselves when a message is complete.
     *
     * @return the changed options
     */
    public TlsOptions withTruncationAllowed() {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, true, executor);
    }

    /**
     * Sets where the handshake does what takes long, such as to sign and to check certificates (TLS-006). If it rejects that,
     * the handshake fails.
     *
     * @param executor its tasks may block; null for threads of the loop's own
     * @return the changed options
     */
    public TlsOptions withExecutor(@Nullable Executor executor) {
        return new TlsOptions(isServer, context, contexts, alpn, protocols, ciphers, clientAuth, serverName, verifiesHostname,
                handshakeTimeout, allowsTruncation, executor);
    }
}
