package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.EventLoop;
import dev.anyloop.http.HttpOptions;
import dev.anyloop.http.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Ours. */
final class Anyloop {

    private static final int MOST = 1 << 20;

    private Anyloop() {}

    static int start() {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread thread = new Thread(() -> EventLoop.start(loop -> {
            HttpServer server = HttpServer.listen(loop, "127.0.0.1", 0, HttpOptions.defaults(), (request, response) -> {
                request.body(MOST, body -> response.send(request.method() + " " + new String(body, ISO_8859_1)));
            });
            port.complete(((InetSocketAddress) server.localAddress()).getPort());
        }), "anyloop");
        thread.setDaemon(true);
        thread.start();
        return port.join();
    }
}
