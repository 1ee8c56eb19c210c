package dev.anyloop.core.tls;

import dev.anyloop.ClientAuth;
import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.net.Words;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes the engine of the JDK, or of the context's provider, for one handshake. */
final class Engines {

    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    /** No address. The JDK knows no names with underscores. */
    private static final Pattern NAME = Pattern.compile("(?:" + LABEL + "\\.)*(?=[^.]*[A-Za-z])" + LABEL);

    // set once
    final TlsOptions options;
    private final String host;
    private final int port;
    private volatile boolean hasNoProtocolInCommon;

    /** With host and port sessions are resumed, and the name is sent and verified. */
    Engines(TlsOptions options, String host, int port) {
        this.options = options;
        this.host = host;
        this.port = port;
    }

    /**
     * One that has begun to shake hands.
     *
     * @param serverName what a client asks for, as far as that is known and of interest
     * @param alpn the same
     */
    SSLEngine begin(@Nullable String serverName, List<String> alpn) throws IOException {
        SSLEngine engine = engine(context(serverName, alpn));
        engine.beginHandshake();
        return engine;
    }

    private SSLContext context(@Nullable String serverName, List<String> alpn) throws TlsException {
        SSLContext chosen;
        try {
            chosen = options.contextFor(serverName, alpn);
        } catch (Throwable e) { // an error of what chooses costs its handshake only, and the client is told all the same
            String asked = options.contexts() == null ? "" : " for " + name(serverName);
            throw new TlsException(ErrorKind.TLS_HANDSHAKE, "no context" + asked + ": " + Words.of(e), e).alert(Alert.INTERNAL_ERROR);
        }
        if (chosen == null) {
            throw new TlsException(ErrorKind.TLS_HANDSHAKE, "no context for " + name(serverName)
                    + " (let TlsContexts answer with one, if that is to get through)").alert(Alert.UNRECOGNIZED_NAME);
        }
        return chosen;
    }

    private static String name(@Nullable String serverName) {
        return serverName == null ? "who asks for no name" : '"' + serverName + '"';
    }

    private SSLEngine engine(SSLContext context) {
        String name = withoutRoot(options.serverName() == null ? plain(host) : options.serverName());
        SSLEngine engine = options.isServer() ? context.createSSLEngine() : context.createSSLEngine(name, port);
        engine.setUseClientMode(!options.isServer());
        SSLParameters parameters = engine.getSSLParameters();
        if (!options.protocols().isEmpty()) {
            parameters.setProtocols(options.protocols().toArray(new String[0]));
        }
        if (!options.ciphers().isEmpty()) {
            parameters.setCipherSuites(options.ciphers().toArray(new String[0]));
        }
        if (!options.alpn().isEmpty()) {
            parameters.setApplicationProtocols(options.alpn().toArray(new String[0]));
        }
        if (!options.isServer() && NAME.matcher(name).matches()) { // the JDK tells only those with a dot
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (!options.isServer() && options.verifiesHostname()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (options.clientAuth() == ClientAuth.WANT) {
            parameters.setWantClientAuth(true);
        } else if (options.clientAuth() == ClientAuth.NEED) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        if (options.isServer() && !options.alpn().isEmpty()) {
            chooseProtocol(engine);
        }
        return engine;
    }

    /** As the JDK's chooses by itself; but Conscrypt's goes on without any where there is none in common. */
    private void chooseProtocol(SSLEngine engine) {
        try {
            engine.setHandshakeApplicationProtocolSelector((it, offered) -> {
                String chosen = options.alpn().stream().filter(offered::contains).findFirst().orElse(null);
                hasNoProtocolInCommon = chosen == null;
                return chosen;
            });
        } catch (UnsupportedOperationException e) {
            // its provider has no ALPN
        }
    }

    /** Once the handshake is done: it is not to count then. */
    boolean hasNoProtocolInCommon() {
        return hasNoProtocolInCommon;
    }

    /** A name as servers and certificates have it: without the dot of the root, which only resolvers want to know of. */
    private static String withoutRoot(String name) {
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** An address as certificates have it: without brackets or zone. */
    private static String plain(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return bare.indexOf(':') >= 0 && bare.indexOf('%') >= 0 ? bare.substring(0, bare.indexOf('%')) : bare;
    }
}
