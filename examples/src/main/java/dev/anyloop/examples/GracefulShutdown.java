package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * An echo server that ends as services should: at TERM it takes nobody more, sends what its clients are still to get, and is gone
 * at the latest when their time is over. A second TERM ends it at once. Stop it with {@code kill}.
 */
public final class GracefulShutdown {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private GracefulShutdown() {}

    /**
     * Serves until the process gets TERM.
     *
     * @param args the port, by default 9003; 0 picks a free one
     */
    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9003;
        EventLoop.start(loop -> {
            Server server = loop.listen(null, port, (same, socket) -> EchoServer.echo(socket));
            loop.signal("TERM", signal -> {
                signal.cancel(); // so that the next one does what it did before
                loop.shutdown(GRACE);
            });
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            System.out.println("Echo server on " + address.getHostString() + ":" + address.getPort() + ", backend "
                    + loop.backend() + ". Send TERM to process " + ProcessHandle.current().pid() + " to stop it.");
        });
        System.out.println("All clients were served.");
    }
}
