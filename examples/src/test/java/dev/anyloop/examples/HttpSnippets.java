package dev.anyloop.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.ClientOptions;
import dev.anyloop.http.ClientRequest;
import dev.anyloop.http.HttpClient;
import dev.anyloop.http.HttpHandler;
import dev.anyloop.http.HttpOptions;
import dev.anyloop.http.HttpServer;
import dev.anyloop.http.Request;
import dev.anyloop.http.Response;
import dev.anyloop.http.protocol.Leniency;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

/** What the page about HTTP shows, so that it compiles. {@link DocumentationTest} compares. */
abstract class HttpSnippets {

    abstract String lookUp(String name);

    static void hello() {
        EventLoop.start(loop ->
                HttpServer.listen(loop, "127.0.0.1", 8080, HttpOptions.defaults(), (request, response) ->
                        response.header("Content-Type", "text/plain").send("Hello, world!")));
    }

    void later(EventLoop loop, Executor threads, Request request, Response response) {
        String name = request.path().substring(1);
        threads.execute(() -> {
            String found = lookUp(name); // may block: this is a thread of its own
            loop.execute(() -> response.send(found));
        });
    }

    void whole(Request request, Response response) {
        request.body(1 << 20, body -> response.send(body.length + " bytes"));
    }

    void pieces(Request request, Response response) {
        request.onBody(data -> {
            if (!response.write(data)) {
                request.pause(); // who reads slowly slows only itself
            }
        }).onEnd(response::end);
        response.onDrain(request::resume);
    }

    void trailers(Response response, String sum) {
        response.header("Trailer", "X-Sum").write(UTF_8.encode("some, "));
        response.write(UTF_8.encode("and some more"));
        response.trailer("X-Sum", sum).end();
    }

    void upgrade(Request request, Response response) {
        if (!request.asksFor("echo")) {
            response.status(426).header("Upgrade", "echo").send();
            return;
        }
        request.onEnd(() -> response.upgrade("echo", (socket, headers, first) -> {
            socket.onRead((s, data) -> s.write(data)).onEnd(s -> s.end());
            socket.write(first); // what has come behind the request already
        }));
    }

    void askForUpgrade(HttpClient client) {
        client.get("http://localhost:8080/").upgrade("echo", (socket, headers, first) -> {
            socket.onRead((s, data) -> System.out.println(data.remaining() + " bytes"));
            socket.write("hello");
        }).send(response -> System.out.println("only " + response.status()), failure -> System.out.println(failure.kind()));
    }

    void options(EventLoop loop, SSLContext context, HttpHandler handler) {
        HttpOptions options = HttpOptions.defaults()
                .withLimits(Limits.defaults().withFields(16_384, 50).withBody(1L << 30))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(20))
                .withLeniency(Leniency.BARE_LF)
                .withListen(ListenOptions.defaults().withTls(TlsOptions.server(context)));
        HttpServer secure = HttpServer.listen(loop, "::", 8443, options, handler);
        HttpServer local = HttpServer.listen(loop, UnixDomainSocketAddress.of("/run/app.sock"), HttpOptions.defaults(), handler);
    }

    void ask(EventLoop loop) {
        HttpClient client = HttpClient.open(loop, ClientOptions.defaults());
        client.get("https://www.example.com/").followRedirects(5).send(1 << 20)
                .thenAccept(response -> System.out.println(response.status() + ": " + response.text()))
                .exceptionally(failure -> null); // an HttpException says what went wrong
    }

    void askInPieces(HttpClient client) {
        ClientRequest upload = client.request("PUT", URI.create("http://localhost:8080/upload"))
                .header("Content-Type", "text/plain")
                .body(sink -> {
                    sink.write(UTF_8.encode("some, ")); // false: wait for sink.onDrain
                    sink.write(UTF_8.encode("and some more"));
                    sink.end();
                })
                .expectContinue()
                .timeout(Duration.ofSeconds(20));
        upload.send(response -> response
                .onBody(data -> System.out.println(data.remaining() + " bytes"))
                .onEnd(() -> System.out.println("that was all")),
                failure -> System.out.println(failure.kind() + ", perhaps done: " + failure.mayBeDone()));
    }

    void askAtAPath(HttpClient client) {
        client.get("http://localhost/containers/json").at(UnixDomainSocketAddress.of("/run/docker.sock"));
    }

    void read() throws MalformedException {
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        ByteBuffer in = ByteBuffer.wrap("GET /a HTTP/1.1\r\nHost: b\r\n\r\n".getBytes(UTF_8));
        if (reader.next(in) == MessageReader.Event.HEAD) {
            System.out.println(reader.method() + " " + reader.target() + " of " + reader.headers().get("Host"));
        }
    }
}
