package dev.anyloop.benchmarks.servers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.function.IntConsumer;

/** Vert.x with one event loop. */
final class VertxServer implements Subject {

    @Override
    public void serve(Mode mode, IntConsumer listening) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024))
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
