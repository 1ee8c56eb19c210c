#!/bin/sh
# The servers of Reactor Netty and Armeria answer a client of HTTP/1.0 in chunks, which HTTP/1.0 does not have: it takes the sizes and the
# line ends in between for the page. Vert.x sends it the page, and to one that asks to keep the connection never its end.
#
# RFC 9112, 6.1: "A server MUST NOT send a response containing Transfer-Encoding unless the corresponding request indicates HTTP/1.1 (or
# later minor revisions)". If the length is not known either, the end of the connection has to be the end of the page (6.3), whatever the
# client has asked for, and the JDK's server and Undertow do that. Vert.x leaves the chunks away, says "Connection: keep-alive" all the same,
# and waits for the next request behind a page that for the client has not ended. Armeria says "close" to the first, and leaves the
# connection open all the same for longer than is waited here. None of them sends chunks if the length is known, as it is for "hello,
# world": it is pages that are streamed, and clients that are scripts, health checks and small devices; "ab -k" is one.
# Whoever writes a server has to hand the version of the request down to where the body is framed, and may not forget Connection there.
#
# Seen with Reactor Netty 1.3.7, Armeria 1.34.0, Vert.x 5.0.7 (Netty 4.2.18.Final), Undertow 2.4.4.Final, OpenJDK 17.0.15.
# Source: reactor.netty.http.server.HttpServerOperations, com.linecorp.armeria.server.ServerHttp1ObjectEncoder (every answer is HTTP/1.1),
# io.vertx.core.http.impl.Http1xServerResponse; https://github.com/reactor/reactor-netty/issues/265 (2018, closed), and of another server
# https://github.com/http4s/http4s/pull/7893 (2026).
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a page "onetwo" that is sent in two parts (~ is a line end), to HTTP/1.0, and to HTTP/1.0 with "Connection: keep-alive":
#   JDK: "onetwo", end; "onetwo", end
#   Undertow: "onetwo", end; "onetwo", end
#   Vert.x: "onetwo", end; "onetwo", no end
#   Reactor Netty: "3~one~3~two~0~~", end; "3~one~3~two~0~~", no end
#   Armeria: "3~one~3~two~0~~", no end; "3~one~3~two~0~~", no end
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencyManagement><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-bom</artifactId><version>4.2.18.Final</version>
<type>pom</type><scope>import</scope></dependency>
</dependencies></dependencyManagement><dependencies>
<dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.3.7</version></dependency>
<dependency><groupId>com.linecorp.armeria</groupId><artifactId>armeria</artifactId><version>1.34.0</version></dependency>
<dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.0.7</version></dependency>
<dependency><groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.4.4.Final</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Old.java" <<'JAVA'
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import com.sun.net.httpserver.HttpServer;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import reactor.core.publisher.Flux;

/** Servers whose page is of two parts, "one" and "two", and of a length that they do not know. */
public class Old {
    static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        String chunks = "\"3~one~3~two~0~~\"";
        tell("JDK", jdk(), "\"onetwo\"", true, "\"onetwo\"", true);
        tell("Undertow", undertow(), "\"onetwo\"", true, "\"onetwo\"", true);
        tell("Vert.x", vertx(), "\"onetwo\"", true, "\"onetwo\"", false);
        tell("Reactor Netty", reactor(), chunks, true, chunks, false);
        tell("Armeria", armeria(), chunks, false, chunks, false);
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String server, int port, String plain, boolean ends, String kept, boolean keptEnds) throws IOException {
        String seen = ask(port, "") + "; " + ask(port, "Connection: keep-alive\r\n");
        System.out.println(server + ": " + seen);
        asSeen &= seen.equals(plain + end(ends) + "; " + kept + end(keptEnds));
    }

    static String end(boolean is) {
        return is ? ", end" : ", no end";
    }

    static String ask(int port, String keep) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET / HTTP/1.0\r\nHost: x\r\n" + keep + "\r\n").getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            boolean ends = true;
            try {
                for (int read; (read = socket.getInputStream().read()) >= 0;) {
                    answer.write(read);
                    socket.setSoTimeout(2_000);
                }
            } catch (SocketTimeoutException e) {
                ends = false;
            }
            String[] parts = answer.toString(StandardCharsets.US_ASCII).split("\r\n\r\n", 2);
            return '"' + parts[1].replace("\r\n", "~") + '"' + end(ends);
        }
    }

    static int jdk() throws IOException {
        HttpServer server = HttpServer.create(ANY, 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0); // of a length that is not known
            parts(exchange.getResponseBody());
            exchange.close();
        });
        server.start();
        return server.getAddress().getPort();
    }

    static void parts(OutputStream body) throws IOException {
        body.write("one".getBytes(StandardCharsets.US_ASCII));
        body.flush();
        body.write("two".getBytes(StandardCharsets.US_ASCII));
        body.flush();
    }

    static int undertow() {
        Undertow server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(new BlockingHandler(Old::undertow)).build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    static void undertow(HttpServerExchange exchange) throws IOException {
        parts(exchange.getOutputStream());
    }

    static int vertx() throws Exception {
        return Vertx.vertx().createHttpServer().requestHandler(Old::vertx)
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get().actualPort();
    }

    static void vertx(HttpServerRequest request) {
        request.response().setChunked(true);
        request.response().write("one");
        request.response().write("two");
        request.response().end();
    }

    static int reactor() {
        return reactor.netty.http.server.HttpServer.create().host("127.0.0.1").port(0)
                .handle((request, response) -> response.sendString(Flux.just("one", "two"))).bindNow().port();
    }

    static int armeria() {
        Server server = Server.builder().http(ANY).serviceUnder("/", (context, request) ->
                HttpResponse.of(ResponseHeaders.of(200), HttpData.ofAscii("one"), HttpData.ofAscii("two"))).build();
        server.start().join();
        return server.activeLocalPort();
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Old.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
