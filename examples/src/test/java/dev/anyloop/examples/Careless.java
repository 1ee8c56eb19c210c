package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A program that makes the mistakes which debug mode shows. */
final class Careless {

    private Careless() {}

    public static void main(String[] args) {
        EventLoop.start(loop -> {
            sleep(); // nothing else can happen meanwhile
            loop.execute(new Speechless());
            Server server = loop.listen("127.0.0.1", 0, (same, socket) -> socket.write("x"));
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            loop.connect("127.0.0.1", port).onRead((socket, data) -> {
                ByteBuffer kept = data.duplicate(); // it is good only during this callback
                loop.execute(() -> {
                    System.out.println("kept: " + Integer.toHexString(kept.get(0) & 0xff));
                    loop.close(); // two sockets are open still
                });
            });
        });
    }

    private static void sleep() {
        try {
            Thread.sleep(150);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A task that cannot say what it is. */
    private static final class Speechless implements Runnable {

        @Override
        public void run() {
            sleep();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("nobody needs to ask");
        }
    }
}
