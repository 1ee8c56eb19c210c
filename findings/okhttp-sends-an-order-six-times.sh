#!/bin/sh
# OkHttp 5 sends one POST six times, all of it and without a word, to a host of four addresses that takes it and closes without an answer:
# once for each address, and twice more if the connection had been used before. OkHttp 4 sends it five times.
#
# RFC 9110, 9.2.2: a client "SHOULD NOT automatically retry a request with a non-idempotent method" unless it knows that it is idempotent in
# fact, or that it "was never applied". That OkHttp repeats what fails on a kept connection, which the server may have closed meanwhile, is
# known, and one expects one more try, on a new connection. But then any failure but a timeout is one of the route: the next address of the
# host is tried, whatever has been sent to the last, and a server that breaks at a certain order gets it at all its addresses. The sixth: who
# took a connection from the pool has not looked the addresses up, and after the try on a new connection to the same one it is assumed that
# there are some, among them the one that has just failed. execute() fails once, or returns the answer to the last. Only with
# retryOnConnectionFailure(false), or a body whose isOneShot() is true, it is sent once, as the JDK's HttpClient and Apache's always do.
#
# Seen with OkHttp 4.12.0 and 5.4.0 on OpenJDK 17.0.15. Source: RetryAndFollowUpInterceptor.recover (requestSendStarted matters only to bodies
# of one shot), RealRoutePlanner.hasNext ("assume it'll have at least one route").
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of one POST that a server takes and then closes:
#   OkHttp 4.12.0: 1 address: new connection 1, kept connection 2; 4 addresses: new connection 4, kept connection 5
#   OkHttp 5.4.0: 1 address: new connection 1, kept connection 3; 4 addresses: new connection 4, kept connection 6
#   OkHttp 5.4.0, retryOnConnectionFailure(false): 4 addresses, kept connection 1
#   HttpClient of the JDK, kept connection 1; Apache 5.6, kept connection 1
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
libraries() {
    mkdir "$dir/$1"
    cat > "$dir/$1/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>com.squareup.okhttp3</groupId><artifactId>$2</artifactId><version>$1</version></dependency>
<dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.6</version></dependency>
</dependencies></project>
XML
    mvn -q -B -f "$dir/$1/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies -DoutputDirectory="$dir/$1/lib"
}
libraries 4.12.0 okhttp
libraries 5.4.0 okhttp-jvm
cat > "$dir/Orders.java" <<'JAVA'
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttp;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

public class Orders {
    static final byte[] ORDER = "one book".getBytes(StandardCharsets.US_ASCII);
    static final AtomicInteger taken = new AtomicInteger();
    static final List<InetAddress> addresses = new ArrayList<>();
    static int port;

    public static void main(String[] args) throws Exception {
        for (int i = 1; i <= 4; i++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) i});
            ServerSocket server = new ServerSocket(port, 50, address);
            port = server.getLocalPort();
            addresses.add(address);
            start(() -> accept(server));
        }
        int[] seen = {okHttp(1, false, true), okHttp(1, true, true), okHttp(4, false, true), okHttp(4, true, true)};
        System.out.printf("OkHttp %s: 1 address: new connection %d, kept connection %d; 4 addresses: new connection %d, kept connection %d%n",
                OkHttp.VERSION, seen[0], seen[1], seen[2], seen[3]);
        boolean five = OkHttp.VERSION.startsWith("5");
        boolean same = seen[0] == 1 && seen[1] == (five ? 3 : 2) && seen[2] == 4 && seen[3] == (five ? 6 : 5);
        if (five) {
            int once = okHttp(4, true, false);
            System.out.printf("OkHttp %s, retryOnConnectionFailure(false): 4 addresses, kept connection %d%n", OkHttp.VERSION, once);
            int jdk = jdk();
            int apache = apache();
            System.out.printf("HttpClient of the JDK, kept connection %d; Apache 5.6, kept connection %d%n", jdk, apache);
            same &= once == 1 && jdk == 1 && apache == 1;
        }
        System.exit(same ? 0 : 1);
    }

    static int okHttp(int count, boolean kept, boolean retry) throws Exception {
        OkHttpClient client = new OkHttpClient.Builder().dns(host -> addresses.subList(0, count)).retryOnConnectionFailure(retry).build();
        Request.Builder request = new Request.Builder().url("http://shop.test:" + port + "/");
        if (kept) {
            try (Response response = client.newCall(request.build()).execute()) {
                response.body().string();
            }
        }
        return order(() -> client.newCall(request.post(RequestBody.create(ORDER, null)).build()).execute());
    }

    static int jdk() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).version(HttpClient.Version.HTTP_1_1);
        client.send(request.build(), BodyHandlers.discarding());
        return order(() -> client.send(request.POST(HttpRequest.BodyPublishers.ofByteArray(ORDER)).build(), BodyHandlers.discarding()));
    }

    static int apache() throws Exception {
        String uri = "http://127.0.0.1:" + port + "/";
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            client.execute(ClassicRequestBuilder.get(uri).build(), response -> EntityUtils.toString(response.getEntity()));
            return order(() -> client.execute(ClassicRequestBuilder.post(uri).setEntity(ORDER, null).build(), response -> response.getCode()));
        }
    }

    /** How often the servers take one order, which fails at last. */
    static int order(Callable<?> post) throws Exception {
        taken.set(0);
        try {
            post.call();
            throw new IllegalStateException("the order was answered");
        } catch (IOException e) {
            return taken.get();
        }
    }

    static void accept(ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers each GET, takes a POST with all its body, and then closes. */
    static void serve(Socket accepted) {
        try (Socket socket = accepted) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (String request = in.readLine(); request != null; request = in.readLine()) {
                while (!in.readLine().isEmpty()) {
                    // a field
                }
                if (request.startsWith("POST")) {
                    for (int i = 0; i < ORDER.length; i++) {
                        in.read();
                    }
                    taken.incrementAndGet();
                    return;
                }
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }
}
JAVA
for version in 4.12.0 5.4.0; do
    "$java" -cp "$dir/$version/lib/*" "$dir/Orders.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
done
