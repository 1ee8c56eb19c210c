#!/usr/bin/env bash
# The JDK's HttpClient puts a connection back for the next request though the answer has said that it ends here: in a list ("Connection:
# Upgrade, close"), in a second field, or by being HTTP/1.0. The next request goes into the end of that connection, and if it is a POST,
# send() throws.
#
# All it looks at is whether the first Connection field is "close" and nothing else. RFC 9110 (7.6.1) has a list there, RFC 9112 (9.6)
# forbids another request after a close, and 9.3 has answers of 1.0 end the connection but for a keep-alive. curl does as the RFCs say.
# Such a list is what Apache httpd 2.4.71 answers with "Protocols h2c http/1.1" and "KeepAlive Off". The JDK's HttpServer reads requests in
# the same way: it keeps the connection of a client that sends "TE: trailers" and, as it then has to (RFC 9110, 10.1.4), "Connection: TE,
# close". Mostly one does not see it, because the other side's end arrives before the next request is made; under load, or if the
# server lingers, it does not.
#
# The server here is one that lingers: it answers one request of each connection, and closes when the client has closed or goes on. The
# requests are POSTs, since a GET that has met such an end is sent once more by the client, unseen.
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3, curl 7.88.1. Source: jdk.internal.net.http.HttpConnection.closeOrReturnToCache,
# sun.net.httpserver.ServerImpl.
# Needs a JDK (17 or later) and curl.
#
# Output seen, of three POSTs one after the other:
#   close alone: HttpClient has 3 answers, curl 3
#   close in a list: HttpClient has 2 answers, curl 3
#   close in a second field: HttpClient has 2 answers, curl 3
#   HTTP/1.0: HttpClient has 2 answers, curl 3
#   HttpServer asked for the end: alone it closes, in a list it does not
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/Ends.java" <<'END'
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

class Ends {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    public static void main(String[] args) throws Exception {
        boolean alone = survives("close alone", "HTTP/1.1 200 OK\r\nConnection: close\r\n");
        boolean list = survives("close in a list",
                "HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n");
        boolean fields = survives("close in a second field",
                "HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nConnection: close\r\n");
        boolean old = survives("HTTP/1.0", "HTTP/1.0 200 OK\r\n");
        boolean serverAlone = serverCloses("close");
        boolean serverList = serverCloses("TE, close");
        System.out.println("HttpServer asked for the end: alone it " + (serverAlone ? "closes" : "does not close") + ", in a list it "
                + (serverList ? "closes" : "does not"));
        System.exit(alone && !list && !fields && !old && serverAlone && !serverList ? 0 : 1);
    }

    /** Whether the JDK has its three answers; curl has to have them. */
    static boolean survives(String name, String head) throws Exception {
        byte[] answer = (head + "Content-Length: 0\r\n\r\n").getBytes();
        try (ServerSocket listener = new ServerSocket(0, 50, LOOPBACK)) {
            daemon(() -> accept(listener, answer));
            String url = "http://127.0.0.1:" + listener.getLocalPort() + "/";
            HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest post = HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.noBody()).build();
            int failed = 0;
            for (int i = 0; i < 3; i++) {
                try {
                    client.send(post, BodyHandlers.discarding());
                } catch (IOException e) {
                    failed++;
                }
            }
            Process curl = new ProcessBuilder("curl", "-s", "-X", "POST", "-w", "%{http_code}\n", url, url, url).start();
            long answers = new String(curl.getInputStream().readAllBytes()).lines().filter("200"::equals).count();
            System.out.println(name + ": HttpClient has " + (3 - failed) + " answers, curl " + answers);
            if (curl.waitFor() != 0 || answers != 3) {
                throw new IllegalStateException("curl fails");
            }
            return failed == 0;
        }
    }

    static void accept(ServerSocket listener, byte[] answer) {
        try {
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> answerOne(socket, answer));
            }
        } catch (IOException e) {
            // no more are wanted
        }
    }

    static void answerOne(Socket socket, byte[] answer) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                // the request has no body
            }
            socket.getOutputStream().write(answer);
            while (in.readLine() != null) {
                if (!in.ready()) {
                    return; // the client goes on, and all that it has sent is read
                }
            }
        } catch (IOException e) {
            // the client is gone
        }
    }

    static boolean serverCloses(String connection) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try (Socket socket = new Socket(LOOPBACK, server.getAddress().getPort())) {
            socket.setSoTimeout(3000); // the server's own is 30 s
            String te = connection.contains("TE") ? "TE: trailers\r\n" : "";
            socket.getOutputStream().write(
                    ("GET / HTTP/1.1\r\nHost: a\r\n" + te + "Connection: " + connection + "\r\n\r\n").getBytes());
            InputStream in = socket.getInputStream();
            int read = 0;
            try {
                while (in.read() >= 0) {
                    read++;
                }
                return true;
            } catch (SocketTimeoutException e) {
                if (read == 0) {
                    throw new IllegalStateException("no answer");
                }
                return false;
            }
        } finally {
            server.stop(0);
        }
    }

    static void daemon(Runnable run) {
        Thread thread = new Thread(run);
        thread.setDaemon(true);
        thread.start();
    }
}
END
"${JAVA_HOME:-/usr}/bin/java" -version 2>&1 | head -n 1
"${JAVA_HOME:-/usr}/bin/java" "$work/Ends.java"
