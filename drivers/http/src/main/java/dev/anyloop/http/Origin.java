package dev.anyloop.http;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.protocol.Checks;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who answers a request (RFC 9110, 4.3.1), and where: what connections are kept for.
 *
 * @param host in lower case, an IPv6 address in brackets
 * @param at where to connect to, or null for the host and its port
 */
record Origin(boolean secure, String host, int port, @Nullable SocketAddress at) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int MOST_PORT = 65_535;

    /** Throws IllegalArgumentException if it has none, or one that cannot be asked. */
    static Origin of(URI uri, @Nullable SocketAddress at) {
        String scheme = uri.getScheme();
        boolean secure = "https".equalsIgnoreCase(scheme);
        if (!secure && !"http".equalsIgnoreCase(scheme)) {
            throw new IllegalArgumentException("not of http or https: " + uri + " (begin with http:// or https://)");
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new IllegalArgumentException("no host: " + uri + " (as in http://host/path)");
        }
        if (authority.indexOf('@') >= 0) { // and the message does not show the password
            throw new IllegalArgumentException("a user in the URI of " + authority.substring(authority.lastIndexOf('@') + 1)
                    + " (use the field Authorization)");
        }
        int colon = authority.indexOf(':', authority.indexOf(']') + 1);
        String host = (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        String port = colon < 0 ? "" : authority.substring(colon + 1);
        if (host.indexOf('%') >= 0 && !host.startsWith("[")) {
            throw new IllegalArgumentException("an encoded host: " + host + " (use its ASCII form, as java.net.IDN has it)");
        }
        return new Origin(secure, Checks.host(host), port.isEmpty() ? secure ? HTTPS : HTTP : port(port, uri), at);
    }

    private static int port(String digits, URI uri) {
        if (digits.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(digits);
            if (port > 0 && port <= MOST_PORT) {
                return port;
            }
        }
        throw new IllegalArgumentException("no port: " + digits + " in " + uri + " (use 1 to 65535)");
    }

    /** What follows the origin in a request line (RFC 9112, 3.2.1 and 3.2.4). Throws IllegalArgumentException if it cannot be sent. */
    static String target(String method, URI uri) {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        boolean isEmpty = path == null || path.isEmpty();
        if (isEmpty && query == null && method.equals("OPTIONS")) {
            return "*";
        }
        return Checks.target((isEmpty ? "/" : path) + (query == null ? "" : "?" + query));
    }

    /** As {@code Host} has it: without a zone, which means nothing to anybody else (RFC 6874, 1), and without the usual port. */
    String hostField() {
        return port == (secure ? HTTPS : HTTP) ? withoutZone() : withoutZone() + ":" + port;
    }

    private String withoutZone() {
        int zone = host.indexOf('%');
        return zone < 0 ? host : host.substring(0, zone) + "]";
    }

    Socket connect(EventLoop loop, ConnectOptions options) {
        String name = host.replace("%25", "%"); // a zone as it is written in URIs
        ConnectOptions effective = options.withTls(secure ? tls(options.tls()) : null);
        return at == null ? loop.connect(name, port, effective) : loop.connect(at, effective);
    }

    /** The server has to be who the URI says, wherever it is. */
    private TlsOptions tls(@Nullable TlsOptions given) {
        TlsOptions options = given == null ? TlsOptions.client() : given;
        return at == null ? options : options.withServerName(withoutZone().replaceAll("[\\[\\]]", ""));
    }

    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostField() + (at == null ? "" : " at " + at);
    }
}
