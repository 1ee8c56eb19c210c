#!/bin/sh
# An HTTP server of Vert.x or Reactor Netty does not answer a client that has sent its request and then shut its output down, if the answer
# takes a moment: it takes the end of the requests for the end of the connection, and closes. An answer that is there at once goes out.
#
# RFC 9112 (9.6): a connection that is half-closed by the client "does not delimit a request message, nor does it imply that the client is
# no longer interested in a response". Clients do it that send what they have and end, such as socat, or nc -N, from a pipe, and load testers
# (fortio -halfclose). A channel of Netty closes at the peer's end unless ALLOW_HALF_CLOSURE is set, which by default it is not, and neither of
# the two sets it. So it depends on time: "hello, world" in a test is written before the end is read; what comes from a database is lost,
# and the handler runs to its end for nobody, without an error. The servers of the JDK and Undertow, below which there is no such default,
# answer. It has its price, to work for clients who have left, and that was argued before the RFC said what it does.
#
# Seen with Vert.x 5.0.7 and Reactor Netty 1.3.7 (Netty 4.2.18.Final), Undertow 2.4.4.Final, OpenJDK 17.0.15 and Temurin 25.0.3, Linux.
# Source: ChannelOption.ALLOW_HALF_CLOSURE and AbstractNioByteChannel.closeOnRead of Netty; RFC 9112, and
# https://github.com/httpwg/http-core/issues/22; a server in Python had it too, https://github.com/encode/uvicorn/issues/1264.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a client that leaves its output open, and of one that shuts it down behind the request:
#   JDK: at once 200 and 200, after 0.3 s 200 and 200
#   Undertow: at once 200 and 200, after 0.3 s 200 and 200
#   Vert.x: at once 200 and 200, after 0.3 s 200 and nothing
#   Reactor Netty: at once 200 and 200, after 0.3 s 200 and nothing
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
<dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.0.7</version></dependency>
<dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.3.7</version></dependency>
<dependency><groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.4.4.Final</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Half.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import reactor.core.publisher.Mono;

/** Servers that answer "/now" at once, and everything else 0.3 s later. */
public class Half {
    static final long LATER = 300;
    static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1);
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        tell("JDK", jdk(), "200");
        tell("Undertow", undertow(), "200");
        tell("Vert.x", vertx(), "nothing");
        tell("Reactor Netty", reactor(), "nothing");
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String server, int port, String seen) throws IOException {
        String now = ask(port, "/now", false) + " and " + ask(port, "/now", true);
        String later = ask(port, "/later", false) + " and " + ask(port, "/later", true);
        System.out.println(server + ": at once " + now + ", after 0.3 s " + later);
        asSeen &= now.equals("200 and 200") && later.equals("200 and " + seen);
    }

    static String ask(int port, String path, boolean halfClose) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            if (halfClose) {
                socket.shutdownOutput();
            }
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.isEmpty() ? "nothing" : answer.split(" ")[1];
        }
    }

    static boolean now(String path) {
        return path.equals("/now");
    }

    static int jdk() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> TIMER.schedule(() -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return null;
        }, now(exchange.getRequestURI().getPath()) ? 0 : LATER, TimeUnit.MILLISECONDS));
        server.start();
        return server.getAddress().getPort();
    }

    static int undertow() {
        Undertow server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(Half::undertow).build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    static void undertow(HttpServerExchange exchange) {
        if (now(exchange.getRequestPath())) {
            exchange.getResponseSender().send("page");
        } else {
            exchange.dispatch(() -> {
                TIMER.schedule(() -> exchange.getResponseSender().send("page"), LATER, TimeUnit.MILLISECONDS);
            });
        }
    }

    static int vertx() throws Exception {
        Vertx vertx = Vertx.vertx();
        return vertx.createHttpServer().requestHandler(request -> vertx(vertx, request))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get().actualPort();
    }

    static void vertx(Vertx vertx, HttpServerRequest request) {
        if (now(request.path())) {
            request.response().end("page");
        } else {
            vertx.setTimer(LATER, id -> request.response().end("page"));
        }
    }

    static int reactor() {
        return reactor.netty.http.server.HttpServer.create().host("127.0.0.1").port(0)
                .handle((request, response) -> response.sendString(now(request.uri()) ? Mono.just("page")
                        : Mono.just("page").delayElement(Duration.ofMillis(LATER))))
                .bindNow().port();
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Half.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
