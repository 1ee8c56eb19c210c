package dev.anyloop.conformance.versions;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ServiceLoader;

/** Runs in a process of its own: prints of each backend what it runs on, or why not, and echoes on the best. */
final class OneLoop {

    private OneLoop() {}

    public static void main(String[] args) {
        ServiceLoader.load(EventLoopProvider.class).forEach(provider ->
                System.out.println(provider.name() + ": " + provider.availability().detail()));
        EventLoop.start(loop -> {
            loop.timer(Duration.ofSeconds(20), timer -> loop.close()).unref();
            Server server = loop.listen("127.0.0.1", 0, (listening, socket) -> socket.onRead(Socket::write));
            loop.connect("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort())
                    .onConnect(socket -> socket.write("x"))
                    .onRead((socket, bytes) -> {
                        System.out.println("echo on " + loop.backend());
                        socket.close();
                    })
                    .onClose((socket, error) -> server.close());
        });
    }
}
