#!/bin/sh
# An answer of Undertow that has no body is not sent, if the request has a larger one than the server takes, 2 MiB by default: a handler that
# says 401 and is done refuses an upload of 3 MB by closing the connection. The same answer with a body of one byte arrives.
#
# The limit, MAX_ENTITY_SIZE, is expected to matter to a handler that reads the body; this one does not. But endExchange(), by which an
# answer without a body ends, first reads what is left of the request, so as to keep the connection, and there the limit closes it, with
# the status set and not sent: the client sees the end, or a reset. With getResponseSender().send() the answer has gone before that. So
# 401, 404, 413 and redirects, which mostly have no body, go through every test with small requests and are lost to those who upload;
# who has them tries again. RFC 9112, 9.6, has for this that a server sends its answer and closes in stages. Jetty and the JDK's server
# say 401 here.
#
# Seen with Undertow 2.4.4.Final on OpenJDK 17.0.15 and Temurin 25.0.3, Linux. Source: io.undertow.server.HttpServerExchange.endExchange
# (drains before it writes, and closes if that
# fails), UndertowOptions.DEFAULT_MAX_ENTITY_SIZE.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of the status line that a client finds that has sent 1 MB, and 3 MB:
#   Undertow, 401 without a body: 1 MB: HTTP/1.1 401 Unauthorized; 3 MB: (end)
#   Undertow, 401 with a body: 1 MB: HTTP/1.1 401 Unauthorized; 3 MB: HTTP/1.1 401 Unauthorized
#   Undertow, 401 without a body, no limit: 1 MB: HTTP/1.1 401 Unauthorized; 3 MB: HTTP/1.1 401 Unauthorized
#   Jetty, 401 without a body: 1 MB: HTTP/1.1 401 Unauthorized; 3 MB: HTTP/1.1 401 Unauthorized
#   JDK, 401 without a body: 1 MB: HTTP/1.1 401 Unauthorized; 3 MB: HTTP/1.1 401 Unauthorized
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.4.4.Final</version></dependency>
<dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-server</artifactId><version>12.1.5</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Refusals.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

public class Refusals {
    static final String REFUSED = "HTTP/1.1 401 Unauthorized";

    public static void main(String[] args) throws Exception {
        HttpHandler bare = exchange -> {
            exchange.setStatusCode(401);
            exchange.endExchange();
        };
        HttpHandler said = exchange -> {
            exchange.setStatusCode(401);
            exchange.getResponseSender().send("!");
        };
        boolean same = answers("Undertow, 401 without a body", undertow(bare, null), "(end)")
                & answers("Undertow, 401 with a body", undertow(said, null), REFUSED)
                & answers("Undertow, 401 without a body, no limit", undertow(bare, -1L), REFUSED)
                & answers("Jetty, 401 without a body", jetty(), REFUSED)
                & answers("JDK, 401 without a body", jdk(), REFUSED);
        System.exit(same ? 0 : 1);
    }

    static int undertow(HttpHandler handler, Long limit) {
        Undertow.Builder builder = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(handler);
        if (limit != null) {
            builder.setServerOption(UndertowOptions.MAX_ENTITY_SIZE, limit);
        }
        Undertow server = builder.build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    static int jetty() throws Exception {
        Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.setStatus(401);
                callback.succeeded();
                return true;
            }
        });
        server.start();
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    static int jdk() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }

    /** Tells what a client is answered that has sent 1 MB, and 3 MB, and says whether that was 401 and what is expected. */
    static boolean answers(String name, int port, String expected) throws IOException {
        String small = answer(port, 1_000_000);
        String large = answer(port, 3_000_000);
        System.out.println(name + ": 1 MB: " + small + "; 3 MB: " + large);
        return small.equals(REFUSED) && large.equals(expected);
    }

    static String answer(int port, int size) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] bytes = new byte[10_000];
            try {
                for (int sent = 0; sent < size; sent += bytes.length) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                // what came before the reset can be read
            }
            try {
                String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
                return line == null ? "(end)" : line;
            } catch (IOException e) {
                return e.getMessage();
            }
        }
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Refusals.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
