#!/bin/sh
# The HTTP clients of Reactor Netty and of Vert.x give what comes before the answer for the answer: a request that is answered by
# "103 Early Hints" and then "200 OK" and a page has for them succeeded with status 103 (Vert.x: 102, or any that it does not know) and no
# body, and the page goes to nobody.
#
# RFC 9110 (15.2): a client "MUST be able to parse one or more 1xx responses received prior to the final response, even if it does not
# expect one", and a status that one does not know counts as the x00 of its class (15). Both look for a list of numbers, Reactor Netty for
# 100 alone, Vert.x for 100 and 103, and not for the class; Netty's codec below does look at the class, since 2019. Nothing fails: 102 is no
# error, and code that asks for the status "less than 400" goes on with an empty page. It comes with the server, not with one's own code,
# when that begins to send hints (as proxies do), 102 for what takes long (WebDAV), or 104 for uploads that can be resumed. The JDK's
# client (mended in 2022, JDK-8292044) and Apache's wait for the answer.
#
# Seen with Reactor Netty 1.3.7, Vert.x 5.0.7 (Netty 4.2.18.Final), Apache HttpClient 5.6.5, OpenJDK 17.0.15 and Temurin 25.0.3.
# Source: reactor.netty.http.client.HttpClientOperations.onInboundNext; io.vertx.core.http.impl.Http1xClientConnection.handleResponseBegin;
# RFC 8297 (103), RFC 2518 (102); of the codec https://github.com/netty/netty/pull/9712; of Jetty's client
# https://github.com/jetty/jetty.project/issues/15575 (2026).
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of an answer of status 200 with the body "page":
#   after 100: JDK 200 page, Apache 200 page, Reactor Netty 200 page, Vert.x 200 page
#   after 102: JDK 200 page, Apache 200 page, Reactor Netty 102 -, Vert.x 102 -
#   after 103: JDK 200 page, Apache 200 page, Reactor Netty 103 -, Vert.x 200 page
#   after 104: JDK 200 page, Apache 200 page, Reactor Netty 104 -, Vert.x 104 -
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
<dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.0.7</version></dependency>
<dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.6.5</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Interim.java" <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

public class Interim {
    interface Client {
        String get(String uri) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        boolean asSeen = tell("100 Continue", "200 page", "200 page")
                & tell("102 Processing", "102 -", "102 -")
                & tell("103 Early Hints", "103 -", "200 page")
                & tell("104 Upload Resumption Supported", "104 -", "104 -");
        System.exit(asSeen ? 0 : 1);
    }

    static boolean tell(String interim, String reactorSeen, String vertxSeen) throws Exception {
        String jdk = ask(interim, Interim::jdk);
        String apache = ask(interim, Interim::apache);
        String reactor = ask(interim, Interim::reactor);
        String vertx = ask(interim, Interim::vertx);
        System.out.println("after " + interim.substring(0, 3) + ": JDK " + jdk + ", Apache " + apache + ", Reactor Netty " + reactor
                + ", Vert.x " + vertx);
        return jdk.equals("200 page") && apache.equals("200 page") && reactor.equals(reactorSeen) && vertx.equals(vertxSeen);
    }

    /** What the client says of a server of its own, which answers once. */
    static String ask(String interim, Client client) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answer(server, interim));
            thread.setDaemon(true);
            thread.start();
            return client.get("http://127.0.0.1:" + server.getLocalPort() + "/");
        }
    }

    static void answer(ServerSocket server, String interim) {
        try (Socket socket = server.accept()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!in.readLine().isEmpty()) {
                // the request's header
            }
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 " + interim + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            Thread.sleep(100);
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage".getBytes(StandardCharsets.US_ASCII));
            in.readLine();
        } catch (IOException | InterruptedException e) {
            // the client has gone
        }
    }

    static String jdk(String uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).version(java.net.http.HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> response = java.net.http.HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + orDash(response.body());
    }

    static String apache(String uri) throws Exception {
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            return client.execute(new HttpGet(uri), response ->
                    response.getCode() + " " + orDash(EntityUtils.toString(response.getEntity())));
        }
    }

    static String reactor(String uri) {
        return HttpClient.newConnection().get().uri(uri).responseSingle((response, body) ->
                body.asString().switchIfEmpty(Mono.just("-")).map(text -> response.status().code() + " " + text))
                .block(Duration.ofSeconds(10));
    }

    static String vertx(String uri) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient().request(new RequestOptions().setAbsoluteURI(uri))
                    .compose(request -> request.send())
                    .compose(response -> response.body().map(body -> response.statusCode() + " " + orDash(body.toString())))
                    .toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close();
        }
    }

    static String orDash(String body) {
        return body.isEmpty() ? "-" : body;
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Interim.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
