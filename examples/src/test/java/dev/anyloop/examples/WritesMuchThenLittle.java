package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.net.InetSocketAddress;

/** Takes all the memory there is for one socket, drops it, and takes a little of it for each of many. */
final class WritesMuchThenLittle {

    private static final int MUCH = 60 * 64 * 1024;

    private WritesMuchThenLittle() {}

    public static void main(String[] args) {
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> socket.abort());
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            Socket large = loop.connect("127.0.0.1", port);
            large.write(new byte[MUCH]);
            large.abort();
            for (int i = 0; i < 500; i++) {
                loop.connect("127.0.0.1", port).write("hello");
            }
            System.out.println("all written");
            loop.close();
        });
    }
}
