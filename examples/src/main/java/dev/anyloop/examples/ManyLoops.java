package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * An echo server on several loops, each on a thread of its own, that share a port. Start it with {@code mvn -q -Pecho -Dloops=2}
 * and connect several times by {@code nc 127.0.0.1 9003}: it tells which loop has got the connection. At TERM all of them wind
 * down.
 */
public final class ManyLoops {

    private static final ListenOptions SHARED = ListenOptions.defaults().withReusePort(true);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private ManyLoops() {}

    /**
     * Serves until the process gets TERM.
     *
     * @param args the port, by default 9003; 0 picks a free one. Then how many loops, by default 2
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        int[] port = {args.length > 0 ? Integer.parseInt(args[0]) : 9003}; // one init begins when the one before has returned
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        try (EventLoops loops = EventLoops.start(count, loop -> port[0] = serve(loop, port[0]))) {
            System.out.println(count + " loops, backend " + loops.loops().get(0).backend() + ". Send TERM to process "
                    + ProcessHandle.current().pid() + " to stop them. Echo server on 0.0.0.0:" + port[0]);
            loops.await(); // and throws if one of them fails, which ends the others
        }
        System.out.println("All clients were served.");
    }

    /** Returns the port: if it is 0 the first loop picks one, and the others share that. */
    private static int serve(EventLoop loop, int port) {
        String name = Thread.currentThread().getName();
        Server server = loop.listen(null, port, SHARED, (same, socket) -> echo(socket, name));
        loop.signal("TERM", signal -> {
            signal.cancel(); // so that the next one does what it did before
            loop.shutdown(GRACE);
        });
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static void echo(Socket socket, String loop) {
        socket.onRead((s, data) -> {
                    if (!s.write(data)) {
                        s.pause();
                    }
                })
                .onDrain(Socket::resume)
                .onError((s, error) -> System.err.println(error.getMessage()))
                .write("This is " + loop + ".\n");
    }
}
