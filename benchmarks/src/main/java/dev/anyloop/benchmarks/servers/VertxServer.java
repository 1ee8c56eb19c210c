package dev.anyloop.benchmarks.servers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Vert.x with one event loop. */
final class VertxServer implements Subject {

    private static final CharSequence TYPE = HttpHeaders.createOptimized(Hello.TYPE);
    private static final CharSequence SERVER = HttpHeaders.createOptimized(Hello.SERVER);
    private static final CharSequence LENGTH = HttpHeaders.createOptimized(Integer.toString(Hello.TEXT.length()));
    private static final Buffer BODY = Buffer.buffer(Hello.TEXT);

    private final NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024);
    private volatile CharSequence date = "";

    VertxServer(@Nullable Identity identity) {
        if (identity != null) {
            options.setSsl(true).setKeyCertOptions(
                    new PemKeyCertOptions().setCertPath(identity.chain().toString()).setKeyPath(identity.key().toString()));
        }
    }

    @Override
    public void serve(Mode mode, IntConsumer listening) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        if (mode == Mode.HTTP) {
            answerHttp(vertx, listening);
            return;
        }
        vertx.createNetServer(options)
                .connectHandler(socket -> {
                    socket.exceptionHandler(error -> { });
                    if (mode == Mode.ECHO) {
                        echo(socket);
                    } else {
                        answer(socket);
                    }
                })
                .listen(0, "127.0.0.1")
                .onSuccess(server -> listening.accept(server.actualPort()));
    }

    private void answerHttp(Vertx vertx, IntConsumer listening) {
        Hello.eachSecond(text -> date = HttpHeaders.createOptimized(text));
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(1024))
                .requestHandler(request -> {
                    HttpServerResponse response = request.response();
                    response.headers()
                            .set(HttpHeaders.CONTENT_TYPE, TYPE)
                            .set(HttpHeaders.SERVER, SERVER)
                            .set(HttpHeaders.DATE, date)
                            .set(HttpHeaders.CONTENT_LENGTH, LENGTH);
                    response.end(BODY);
                })
                .listen(0, "127.0.0.1")
                .onSuccess(server -> listening.accept(server.actualPort()));
    }

    private static void answer(NetSocket socket) {
        Ping ping = new Ping();
        socket.handler(data -> {
            int requests = ping.requests(data.length());
            Buffer replies = Buffer.buffer(requests * Ping.REPLY.length);
            for (int i = 0; i < requests; i++) {
                replies.appendBytes(Ping.REPLY);
            }
            socket.write(replies);
        });
    }

    private static void echo(NetSocket socket) {
        socket.handler(data -> {
            socket.write(data);
            if (socket.writeQueueFull()) {
                socket.pause();
                socket.drainHandler(done -> socket.resume());
            }
        });
    }
}
