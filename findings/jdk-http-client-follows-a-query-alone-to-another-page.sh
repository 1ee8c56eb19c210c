#!/usr/bin/env bash
# The JDK's HttpClient follows "Location: ?page=2", sent by /a/b, to /a/?page=2: it resolves by java.net.URI, which goes by RFC 2396, 5.2.
# RFC 3986, 5.2.2, which RFC 9110 (10.2.2) wants for Location, has /a/b?page=2, and curl asks for that.
# Seen with OpenJDK 17.0.15 and 25.0.3, and curl 7.88.1. Source: jdk.internal.net.http.RedirectFilter, java.net.URI.resolve(URI, URI).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/QueryAlone.java" <<'END'
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

class QueryAlone {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> { // tells what it was asked for, once it has pointed to the next page
            byte[] asked = exchange.getRequestURI().toString().getBytes();
            boolean first = exchange.getRequestURI().getQuery() == null;
            if (first) {
                exchange.getResponseHeaders().set("Location", "?page=2");
            }
            exchange.sendResponseHeaders(first ? 302 : 200, first ? -1 : asked.length);
            exchange.getResponseBody().write(first ? new byte[0] : asked);
            exchange.close();
        });
        server.start();
        String page = "http://127.0.0.1:" + server.getAddress().getPort() + "/a/b";
        String jdk = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()
                .send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString()).body();
        String curl = new String(new ProcessBuilder("curl", "-sL", page).start().getInputStream().readAllBytes());
        server.stop(0);
        System.out.println(System.getProperty("java.version") + ": the JDK has asked for " + jdk + ", curl for " + curl);
        System.exit(jdk.equals("/a/?page=2") && curl.equals("/a/b?page=2") ? 0 : 1);
    }
}
END
"${JAVA_HOME:-/usr}/bin/java" "$work/QueryAlone.java"
