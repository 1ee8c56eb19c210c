package dev.anyloop.examples;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import java.net.InetSocketAddress;

/**
 * Passes each connection on to another server, byte for byte. A side that reads slowly slows the other down, an end is
 * passed on as an end, and when one side fails the other is aborted.
 */
public final class Proxy {

    /** A client may end its request, as HTTP/1.0 clients do, and still wait for the answer. */
    private static final SocketOptions HALF_OPEN = SocketOptions.defaults().withAllowHalfOpen(true);

    private Proxy() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port to listen on (0 picks a free one), the host to connect to, its port
     */
    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: Proxy <port> <host> <port of the host>");
            System.exit(2);
        }
        int port = Integer.parseInt(args[0]);
        String host = args[1];
        int hostPort = Integer.parseInt(args[2]);
        EventLoop.start(loop -> {
            Server server = loop.listen(null, port, ListenOptions.defaults().withSocket(HALF_OPEN), (s, client) -> {
                Socket target = loop.connect(host, hostPort, ConnectOptions.defaults().withSocket(HALF_OPEN));
                pipe(client, target);
                pipe(target, client);
            });
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            System.out.println("Proxy on " + address.getHostString() + ":" + address.getPort());
        });
    }

    /** One direction. What the target is sent before it is connected waits in its queue, like anything else. */
    private static void pipe(Socket from, Socket to) {
        from.onRead((s, data) -> {
                    if (!to.write(data)) {
                        from.pause();
                    }
                })
                .onEnd(s -> to.end())
                .onError((s, error) -> {
                    System.err.println(error.getMessage());
                    to.abort();
                });
        to.onDrain(s -> from.resume());
    }
}
