package dev.anyloop.libevent;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;

/** Sends one byte to and fro. Hangs if an event is lost. */
final class PingPong {

    private PingPong() {}

    public static void main(String[] args) {
        play(Integer.parseInt(args[0]));
    }

    static void play(int rounds) {
        int[] received = new int[1];
        EventLoop.start(loop -> {
            Server server = loop.listen("127.0.0.1", 0, (it, socket) -> socket.onRead((s, data) -> s.write(data)));
            Socket client = loop.connect(server.localAddress(), ConnectOptions.defaults());
            client.onRead((s, data) -> {
                if (++received[0] == rounds) {
                    loop.close();
                } else {
                    s.write(data);
                }
            });
            client.write("x");
        });
        System.out.printf("%,d round trips%n", received[0]);
    }
}
