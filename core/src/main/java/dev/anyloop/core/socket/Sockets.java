package dev.anyloop.core.socket;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.connect.Connecting;
import dev.anyloop.core.connect.HostConnecting;
import dev.anyloop.core.connect.Lookup;
import dev.anyloop.core.connect.PathConnecting;
import dev.anyloop.core.connect.PathQueues;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.tls.Tls;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Loop;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of a loop, and has what they share, so that an idle one is small. */
public final class Sockets {

    /** As many as wait for the end of a phase at once. */
    private static final int MOST_SPARE = 256;

    // set once
    final Loop loop;
    public final SocketFiles files;
    final Lookup lookup;
    final Tls tls;
    final Delivery delivery;
    private final PathQueues queues;
    private final @Nullable Output[] spare = new Output[MOST_SPARE];
    // loop thread
    private int spares;

    public Sockets(Loop loop, SocketFiles files, Lookup lookup, Tls tls) {
        this.loop = loop;
        this.files = files;
        this.lookup = lookup;
        this.tls = tls;
        this.delivery = new Delivery(loop);
        this.queues = new PathQueues(loop);
    }

    // ---- sockets ----

    public Socket connect(String host, int port, ConnectOptions options) {
        return connect(host, port, options, link -> new HostConnecting(loop, lookup, host, null, port, options, link));
    }

    public Socket connect(InetSocketAddress to, ConnectOptions options) {
        String host = Addresses.host(to);
        return connect(host, to.getPort(), options,
                link -> new HostConnecting(loop, lookup, host, to.getAddress(), to.getPort(), options, link));
    }

    public Socket connect(UnixDomainSocketAddress to, ConnectOptions options) {
        return connect(Addresses.host(to), Addresses.NO_PORT, options,
                link -> new PathConnecting(loop, files, queues, to, options, link));
    }

    private Socket connect(String host, int port, ConnectOptions options, Function<Connectable, Connecting> way) {
        CoreSocket socket = new CoreSocket(this, host, port, options, way);
        socket.start(options);
        return socket;
    }

    /** @param insecure whether it is to be secured before it is shown to anybody */
    public Link accepted(Connection connection, SocketOptions options, boolean insecure) {
        return new CoreSocket(this, options, connection, insecure);
    }

    // ---- outputs ----

    Output takeOutput(Link link) {
        Output output = spares == 0 ? new Output(loop.buffers) : spare[--spares];
        return output.of(link);
    }

    void giveOutput(Output output) {
        output.reset();
        if (spares < MOST_SPARE) {
            spare[spares++] = output;
        }
    }
}
