package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Writes more at once than there is memory for, and waits until what could be taken is sent. */
final class WritesTooMuch {

    private static final int TOO_MUCH = 8 << 20;

    private WritesTooMuch() {}

    public static void main(String[] args) {
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> socket.onRead((s, data) -> { }));
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            loop.connect("127.0.0.1", port).onConnect(socket -> loop.timer(Duration.ofMillis(1), once -> {
                try {
                    socket.write(new byte[TOO_MUCH]);
                } catch (OutOfMemoryError e) {
                    System.out.println("out of memory, some taken: " + (socket.pendingBytes() > 0));
                }
                loop.interval(Duration.ofMillis(10), timer -> {
                    if (socket.pendingBytes() == 0) {
                        System.out.println("sent");
                        loop.close();
                    }
                });
            }));
        });
    }
}
