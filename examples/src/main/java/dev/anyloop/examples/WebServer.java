package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Timer;
import dev.anyloop.TlsOptions;
import dev.anyloop.http.HttpCallback;
import dev.anyloop.http.HttpOptions;
import dev.anyloop.http.HttpServer;
import dev.anyloop.http.Request;
import dev.anyloop.http.Response;
import dev.anyloop.http.protocol.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A web server: a text, JSON that comes back, a file that is streamed, an upload that is counted, and events that come slowly. Start it
 * with {@code mvn -q -Phttp}, and see them with a browser or {@code curl}; TERM ends it once everybody is served.
 */
public final class WebServer {

    private static final int MOST_JSON = 1 << 20;
    private static final int PIECE = 1 << 16;
    private static final int EVENTS = 10;

    private final EventLoop loop;
    private final Path file;

    private WebServer(EventLoop loop, Path file) {
        this.loop = loop;
        this.file = file;
    }

    /**
     * Serves until TERM.
     *
     * @param args the port, by default 8080; 0 picks a free one. Then {@code true} for TLS, and the file that is streamed
     * @throws Exception if no certificate can be made
     */
    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        boolean tls = args.length > 1 && args[1].equals("true");
        Path file = args.length > 2 ? Path.of(args[2]) : Path.of(System.getProperty("java.home"), "lib", "modules");
        HttpOptions options = HttpOptions.defaults().withLimits(Limits.defaults().withBody(Long.MAX_VALUE)) // uploads are only counted
                .withListen(tls ? secured() : ListenOptions.defaults());
        EventLoop.start(loop -> {
            WebServer web = new WebServer(loop, file);
            HttpServer server = HttpServer.listen(loop, "127.0.0.1", port, options, web::handle);
            loop.signal("TERM", signal -> {
                server.close(); // whoever is being served is served, and then nothing is left to do
                loop.timer(Duration.ofSeconds(10), timer -> loop.shutdown(Duration.ZERO)).unref();
            }).unref();
            loop.onUncaught((l, error) -> System.err.println(error));
            System.out.println("Web server on " + (tls ? "https" : "http") + "://127.0.0.1:"
                    + ((InetSocketAddress) server.localAddress()).getPort() + "/ , backend " + loop.backend() + ".");
        });
        System.out.println("Everybody was served.");
    }

    private static ListenOptions secured() throws Exception {
        OwnCertificate own = OwnCertificate.make();
        System.out.println("Clients have to trust " + own.file());
        return ListenOptions.defaults().withTls(TlsOptions.server(own.context()));
    }

    private void handle(Request request, Response response) throws IOException {
        String asked = request.method().equals("HEAD") ? "GET" : request.method();
        switch (asked + " " + request.path()) {
            case "GET /" -> response.header("Content-Type", "text/plain; charset=utf-8").send("""
                    Hello, world! Also here: /file, /events, and by POST /json and /upload.
                    """);
            case "POST /json" -> echo(request, response);
            case "GET /file" -> sendFile(request, response);
            case "POST /upload", "PUT /upload" -> count(request, response);
            case "GET /events" -> events(response);
            default -> response.status(404).send();
        }
    }

    private static void echo(Request request, Response response) {
        String type = request.headers().get("Content-Type");
        if (type == null || !type.startsWith("application/json")) {
            response.status(415).send();
            return;
        }
        request.body(MOST_JSON, body -> response.header("Content-Type", "application/json").send(body));
    }

    /** As fast as the client takes it. The disk is waited for, which a loop with more to do would have done elsewhere. */
    private void sendFile(Request request, Response response) throws IOException {
        FileChannel channel = FileChannel.open(file);
        response.header("Content-Type", "application/octet-stream").length(channel.size());
        if (request.method().equals("HEAD")) {
            channel.close();
            response.end();
            return;
        }
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        HttpCallback more = () -> {
            boolean room = true;
            while (room) {
                if (channel.read(piece.clear()) < 0) {
                    channel.close();
                    response.end();
                    return;
                }
                room = response.write(piece.flip());
            }
        };
        response.onDrain(more).onLost(channel::close);
        try {
            more.run();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void count(Request request, Response response) {
        long[] bytes = new long[1];
        request.onBody(data -> bytes[0] += data.remaining()).onEnd(() -> response.send(bytes[0] + " bytes\n"));
    }

    /** Server-sent events, as a browser's EventSource reads them: one a second. */
    private void events(Response response) {
        response.header("Content-Type", "text/event-stream").header("Cache-Control", "no-store").write(ByteBuffer.allocate(0));
        int[] sent = new int[1];
        Timer timer = loop.interval(Duration.ofSeconds(1), t -> {
            sent[0]++;
            response.write(StandardCharsets.UTF_8.encode("data: event " + sent[0] + " of " + EVENTS + "\n\n"));
            if (sent[0] == EVENTS) {
                t.cancel();
                response.end();
            }
        });
        response.onLost(timer::cancel);
    }
}
