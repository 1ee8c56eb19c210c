package dev.anyloop.tck.rules.resource;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;

/**
 * Connections of one loop that come and go, each with a datagram socket beside it, in a process of its own, so that nothing else
 * changes how much memory it has.
 */
final class ManyConnections {

    /** How many are looked at, after as many have brought all to its usual size. */
    static final int CONNECTIONS = 2_500;

    /** What they may leave: less than a hundred bytes for each, of two ends. */
    static final int MOST_KIBIBYTES = 240;

    private static final int AT_A_TIME = 50;

    /** As of loops. */
    private static final int MOST_LOOKS = 3;

    private final EventLoop loop;
    private final boolean datagrams;
    private int begun;
    private int closed;

    private ManyConnections(EventLoop loop, boolean datagrams) {
        this.loop = loop;
        this.datagrams = datagrams;
    }

    /**
     * With the class name of a provider. Prints how many KiB the process has more after {@link #CONNECTIONS} of them: if that is
     * too much, the least of several looks.
     */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        EventLoopProvider provider = (EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance();
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            ManyConnections connections = new ManyConnections(loop, provider.capabilities().contains(Capability.DATAGRAMS));
            connections.live();
            long least = Long.MAX_VALUE;
            for (int looks = 0; looks < MOST_LOOKS && least >= MOST_KIBIBYTES; looks++) {
                long before = ManyLives.kibibytes();
                connections.live();
                least = Math.min(least, ManyLives.kibibytes() - before);
            }
            System.out.println(least);
        }
    }

    /** The server ends first: so no client's port is in TIME_WAIT. */
    private void live() {
        begun = 0;
        closed = 0;
        loop.run(running -> {
            Server server = running.listen(Chapter.LOCALHOST, 0, (listening, accepted) -> accepted.close());
            while (begun < AT_A_TIME) {
                begin(server);
            }
        });
        System.gc();
        if (closed != CONNECTIONS) {
            throw new IllegalStateException(closed + " of " + CONNECTIONS + " connections");
        }
    }

    private void begin(Server server) {
        begun++;
        DatagramSocket beside = datagrams ? loop.datagram(Chapter.LOCALHOST, 0) : null;
        loop.connect(server.localAddress(), ConnectOptions.defaults()).onClose((socket, error) -> {
            closed++;
            if (beside != null) {
                beside.close();
            }
            if (begun < CONNECTIONS) {
                begin(server);
            } else if (closed == CONNECTIONS) {
                server.close();
            }
        });
    }
}
