package dev.anyloop.benchmarks.servers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Vert.x with one event loop. */
final class VertxServer implements Subject {

    private final NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024);

    VertxServer(@Nullable Identity identity) {
        if (identity != null) {
            options.setSsl(true).setKeyCertOptions(
                    new PemKeyCertOptions().setCertPath(identity.chain().toString()).setKeyPath(identity.key().toString()));
        }
    }

    @Override
    public void serve(Mode mode, IntConsumer listening) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
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
