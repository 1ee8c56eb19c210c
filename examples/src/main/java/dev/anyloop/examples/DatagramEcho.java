package dev.anyloop.examples;

import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends every datagram back to whoever sent it. Try it: {@code nc -u 127.0.0.1 9003}, or {@code socat - UDP6:[::1]:9003}. */
public final class DatagramEcho {

    private static final ByteBuffer QUIT = ByteBuffer.wrap("QUIT\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

    private DatagramEcho() {}

    /**
     * Serves until somebody sends QUIT and a line feed.
     *
     * @param args the port, by default 9003; 0 picks a free one. Then the address, by default 0.0.0.0; {@code ::} means IPv6 as well
     */
    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9003;
        EventLoop.start(loop -> {
            DatagramSocket echo = loop.datagram(args.length > 1 ? args[1] : null, port)
                    .onReceive((socket, sender, data) -> {
                        boolean quit = data.equals(QUIT);
                        socket.send(data, sender);
                        if (quit) {
                            loop.close();
                        }
                    })
                    .onError((socket, error) -> System.err.println(error.getMessage()));
            System.out.println("Echo server on 127.0.0.1:" + echo.localAddress().getPort() + ", backend " + loop.backend()
                    + ". Send QUIT to stop it.");
        });
        System.out.println("Stopped by QUIT.");
    }
}
