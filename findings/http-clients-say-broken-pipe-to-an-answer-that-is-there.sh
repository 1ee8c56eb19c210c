#!/bin/sh
# A server refuses an upload by an answer, 413 or 401, and closes: HTTP clients of Apache, Jetty and Reactor Netty, and the JDK's old one, say
# "Broken pipe" though the answer has come and can be read; a plain socket reads it, and OkHttp and curl find it.
#
# Who closes with bytes unread resets the connection, and by the book a reset takes with it what the other side has not read yet: so a
# client that cannot write any more is thought to have nothing to read. On Linux what has come before the reset stays: send() fails, and
# read() then gives the answer, all of it. These clients give up when the write fails, and a caller that is told of a broken connection
# tries again, with 20 MB, what was refused. RFC 9112, 9.5, wants that a client watches for an error response while it sends a body. The
# JDK's HttpClient finds it or not, as it happens; HttpURLConnection does find it if it was told the length by
# setFixedLengthStreamingMode, but not if it was not.
#
# Seen on Linux 6.18 with OpenJDK 17.0.15, HttpClient 5.6 of Apache, Jetty 12.1.5, Reactor Netty 1.3.7, OkHttp 5.4.0 and curl 7.88.1.
# Source: tcp_reset() in net/ipv4/tcp_input.c leaves the queue of what was received; in the clients, a failed write fails the request.
# Needs Linux, curl, a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of ten POSTs of 20 MB each that are answered by 413 after the first 100 kB (once in a while it is one more or less):
#   plain socket, writes until it fails, then reads: 413 10 times
#   OkHttp: 413 10 times
#   curl: 413 10 times
#   HttpURLConnection, setFixedLengthStreamingMode: 413 10 times
#   HttpURLConnection: 413 0 times, Error writing to server
#   Apache: 413 0 times, Broken pipe
#   Jetty: 413 0 times, Broken pipe
#   Reactor Netty: 413 0 times, Broken pipe
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>com.squareup.okhttp3</groupId><artifactId>okhttp-jvm</artifactId><version>5.4.0</version></dependency>
<dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.6</version></dependency>
<dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.3.7</version></dependency>
<dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-client</artifactId><version>12.1.5</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Uploads.java" <<'JAVA'
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import reactor.core.publisher.Mono;

public class Uploads {
    static final byte[] BODY = new byte[20_000_000];
    static final int COUNT = 10;
    static final int MOST = 7;
    static final int FEW = 3;
    static int port;
    static String uri;

    public static void main(String[] args) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        port = server.getLocalPort();
        uri = "http://127.0.0.1:" + port + "/";
        Thread thread = new Thread(() -> serve(server));
        thread.setDaemon(true);
        thread.start();
        OkHttpClient ok = new OkHttpClient();
        CloseableHttpClient apache = HttpClients.createDefault();
        HttpClient jetty = new HttpClient();
        jetty.start();
        reactor.netty.http.client.HttpClient netty = reactor.netty.http.client.HttpClient.create();
        Path body = Files.write(Path.of(args[0], "body"), BODY);
        boolean same = told("plain socket, writes until it fails, then reads", Uploads::plain) >= MOST
                & told("OkHttp", () -> okHttp(ok)) >= MOST
                & told("curl", () -> curl(body)) >= MOST
                & told("HttpURLConnection, setFixedLengthStreamingMode", () -> old(true)) >= MOST
                & told("HttpURLConnection", () -> old(false)) <= FEW
                & told("Apache", () -> apache.execute(ClassicRequestBuilder.post(uri).setEntity(BODY, null).build(), r -> r.getCode())) <= FEW
                & told("Jetty", () -> jetty.newRequest(uri).method("POST").body(new BytesRequestContent(BODY)).send().getStatus()) <= FEW
                & told("Reactor Netty", () -> netty.post().uri(uri).send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(BODY)))
                        .response().block().status().code()) <= FEW;
        System.exit(same ? 0 : 1);
    }

    /** How often a client tells of 413. */
    static int told(String name, Callable<Integer> post) {
        int told = 0;
        String error = "";
        for (int i = 0; i < COUNT; i++) {
            try {
                told += post.call() == 413 ? 1 : 0;
            } catch (Exception e) {
                Throwable cause = e;
                while (cause.getCause() != null && cause.getCause() != cause) {
                    cause = cause.getCause();
                }
                error = ", " + (cause.getMessage().contains("Broken pipe") ? "Broken pipe" : cause.getMessage());
            }
        }
        System.out.println(name + ": 413 " + told + " times" + error);
        return told;
    }

    static int plain() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            try {
                for (int i = 0; i < BODY.length; i += 10_000) {
                    out.write(BODY, i, 10_000);
                }
                throw new IllegalStateException("the whole body was sent");
            } catch (IOException e) {
                byte[] line = socket.getInputStream().readNBytes(12);
                return line.length < 12 ? 0 : Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
            }
        }
    }

    static int okHttp(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(new okhttp3.Request.Builder().url(uri).post(RequestBody.create(BODY, null)).build()).execute()) {
            return response.code();
        }
    }

    static int curl(Path body) throws IOException {
        Process curl = new ProcessBuilder("curl", "-sS", "-H", "Expect:", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@" + body, uri)
                .start();
        return Integer.parseInt(new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }

    static int old(boolean length) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(uri).openConnection();
        connection.setDoOutput(true);
        if (length) {
            connection.setFixedLengthStreamingMode(BODY.length);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(BODY);
        } catch (IOException e) {
            if (!length) {
                throw e;
            }
        }
        return connection.getResponseCode();
    }

    /** Answers each request when it has read the head and 100 kB, and closes. */
    static void serve(ServerSocket server) {
        while (true) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                for (int line = -1; line != 0; ) {
                    line = 0;
                    for (int c = in.read(); c != '\n'; c = in.read()) {
                        line += c == '\r' ? 0 : 1;
                    }
                }
                in.readNBytes(100_000);
                socket.getOutputStream().write(("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
                        .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // a client that has gone
            }
        }
    }
}
JAVA
"$java" -cp "$dir/lib/*" "$dir/Uploads.java" "$dir" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
