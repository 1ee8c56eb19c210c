package dev.anyloop.core.socket;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.connect.Lookup;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.tls.Tls;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Loop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of a loop, and has what they share, so that an idle one is small. */
public final class Sockets {

    /** As many as wait for the end of a phase at once. */
    private static final int MOST_SPARE = 256;

    // set once
    final Loop loop;
    final Lookup lookup;
    final Tls tls;
    final Delivery delivery;
    private final @Nullable Output[] spare = new Output[MOST_SPARE];
    // loop thread
    private int spares;

    public Sockets(Loop loop, Lookup lookup, Tls tls) {
        this.loop = loop;
        this.lookup = lookup;
        this.tls = tls;
        this.delivery = new Delivery(loop);
    }

    // ---- sockets ----

    public Socket connect(String host, int port, ConnectOptions options) {
        CoreSocket socket = new CoreSocket(this, host, port, options);
        socket.start(options, connecting -> connecting.start(host));
        return socket;
    }

    public Socket connect(InetSocketAddress address, ConnectOptions options) {
        CoreSocket socket = new CoreSocket(this, Addresses.host(address), address.getPort(), options);
        socket.start(options, connecting -> connecting.start(address.getAddress()));
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
