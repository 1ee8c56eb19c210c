#!/bin/sh
# Three servers cannot read a body in chunks that has all that chunks may have: the JDK's closes the connection without an answer if fields
# follow the last chunk, Helidon's says 400 to them, and 500 to an extension behind the size of a chunk, and Grizzly's 400 to that.
#
# RFC 9112, 7.1: a recipient "MUST be able to parse and decode the chunked transfer coding", which is, up to its end, with trailer fields
# (7.1.2; one may discard them) and extensions (7.1.1, one "MUST ignore unrecognized chunk extensions"); 7.1.3 has it as a program of ten
# lines. The JDK's wants the line end at once behind the last chunk; Helidon's too, and it reads all of the line before a chunk as a number
# in hexadecimal. Trailers come from who learns at the end what belongs to the beginning, a digest or a signature; and a proxy may hand on
# what it was given by HTTP/2, so that it is not the client who decides. The JDK's handler gets an IOException from the body that it reads.
# Nobody sees it with his library's own client, which sends neither unless it is told to.
#
# Seen with Temurin 25.0.3 and OpenJDK 17.0.15 (JDK), Helidon 4.5.0, Grizzly 4.1.0, Undertow 2.4.4.Final. Source:
# sun.net.httpserver.ChunkedInputStream ("invalid chunk end"), io.helidon.webserver.http1.Http1Connection ("Invalid terminating chunk"),
# org.glassfish.grizzly.http.ChunkedTransferEncoding; the like in hyper, mended: https://github.com/hyperium/hyper/pull/2357.
# Needs JDK 21 or later and Maven on the PATH.
#
# Output seen, of a POST that is to be answered with its body, "hello":
#   Undertow: 200 hello; with an extension 200 hello; with a trailer 200 hello
#   JDK: 200 hello; with an extension 200 hello; with a trailer nothing
#   Grizzly: 200 hello; with an extension 400; with a trailer 200 hello
#   Helidon: 200 hello; with an extension 500; with a trailer 400
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.helidon.webserver</groupId><artifactId>helidon-webserver</artifactId><version>4.5.0</version></dependency>
<dependency><groupId>org.glassfish.grizzly</groupId><artifactId>grizzly-http-server</artifactId><version>4.1.0</version></dependency>
<dependency><groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.4.4.Final</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Trailers.java" <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.helidon.webserver.WebServer;
import io.undertow.Undertow;
import io.undertow.server.handlers.BlockingHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;

/** Servers that answer with what they were sent. */
public class Trailers {
    static boolean asSeen = true;

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        tell("Undertow", undertow(), "200 hello", "200 hello", "200 hello");
        tell("JDK", jdk(), "200 hello", "200 hello", "nothing");
        tell("Grizzly", grizzly(), "200 hello", "400", "200 hello");
        tell("Helidon", helidon(), "200 hello", "500", "400");
        System.exit(asSeen ? 0 : 1);
    }

    static void tell(String server, int port, String plain, String extension, String trailer) throws IOException {
        String[] seen = {ask(port, "5\r\nhello\r\n0\r\n\r\n"), ask(port, "5;a=b\r\nhello\r\n0\r\n\r\n"),
            ask(port, "5\r\nhello\r\n0\r\nA: b\r\n\r\n")};
        System.out.println(server + ": " + seen[0] + "; with an extension " + seen[1] + "; with a trailer " + seen[2]);
        asSeen &= seen[0].equals(plain) && seen[1].equals(extension) && seen[2].equals(trailer);
    }

    static String ask(int port, String chunks) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
                    .getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            try {
                for (int read; (read = socket.getInputStream().read()) >= 0;) {
                    answer.append((char) read);
                }
            } catch (IOException e) {
                // a reset behind the answer, by a server that has not read all
            }
            if (answer.isEmpty()) {
                return "nothing";
            }
            String status = answer.toString().split(" ")[1];
            return status.equals("200") ? "200 " + answer.substring(answer.indexOf("\r\n\r\n") + 4) : status;
        }
    }

    static int undertow() {
        Undertow server = Undertow.builder().addHttpListener(0, "127.0.0.1").setHandler(new BlockingHandler(exchange -> {
            byte[] body = exchange.getInputStream().readAllBytes();
            exchange.setResponseContentLength(body.length);
            exchange.getOutputStream().write(body);
        })).build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    static int jdk() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", Trailers::jdk);
        server.start();
        return server.getAddress().getPort();
    }

    static void jdk(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static int grizzly() throws IOException {
        var server = new org.glassfish.grizzly.http.server.HttpServer();
        NetworkListener listener = new NetworkListener("x", "127.0.0.1", 0);
        server.addListener(listener);
        server.getServerConfiguration().addHttpHandler(new HttpHandler() {
            @Override
            public void service(Request request, Response response) throws IOException {
                byte[] body = request.getInputStream().readAllBytes();
                response.setContentLength(body.length);
                response.getOutputStream().write(body);
            }
        }, "/");
        server.start();
        return listener.getPort();
    }

    static int helidon() {
        return WebServer.builder().host("127.0.0.1").port(0)
                .routing(routing -> routing.post("/", (request, response) -> response.send(request.content().as(byte[].class))))
                .build().start().port();
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Trailers.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
