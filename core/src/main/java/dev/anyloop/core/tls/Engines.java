package dev.anyloop.core.tls;

import dev.anyloop.ClientAuth;
import dev.anyloop.TlsOptions;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Makes the engine of the JDK, or of the context's provider, for one handshake. */
final class Engines {

    private Engines() {}

    /** With host and port sessions are resumed, and the name is sent and verified. */
    static SSLEngine engine(TlsOptions options, String host, int port) {
        String name = options.serverName() == null ? plain(host) : options.serverName();
        SSLContext context = options.effectiveContext();
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
        if (!options.isServer() && options.verifiesHostname()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (options.clientAuth() == ClientAuth.WANT) {
            parameters.setWantClientAuth(true);
        } else if (options.clientAuth() == ClientAuth.NEED) {
            parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** An address as certificates have it: without brackets or zone. */
    private static String plain(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return bare.indexOf(':') >= 0 && bare.indexOf('%') >= 0 ? bare.substring(0, bare.indexOf('%')) : bare;
    }
}
