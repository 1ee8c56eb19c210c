package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.DatagramSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A socket of Netty's native transports, by the system's calls that Netty has for them. */
abstract class UnixDatagramHandle implements DatagramHandle {

    // Set once; the port when it is registered.
    private final UnixDatagramSocket socket;
    private final InetSocketAddress localAddress;
    private NettyDatagramPort port;

    UnixDatagramHandle(InetSocketAddress local, DatagramOptions options) throws IOException {
        socket = new UnixDatagramSocket(local.getAddress() instanceof Inet6Address);
        try {
            socket.configure(options);
            socket.bind(local);
            localAddress = socket.localAddress();
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    // ---- waiting ----

    final void tell(NettyDatagramPort port) {
        this.port = port;
    }

    final NettyDatagramPort port() {
        return port;
    }

    final Socket socket() {
        return socket;
    }

    final void ready(boolean input, boolean output, boolean error) {
        if (error && port.isReceiving()) {
            tellError();
        }
        port.ready(input || error, output || error);
    }

    /** By its number, which the call to receive would not tell. */
    private void tellError() {
        try {
            int errno = socket.getSoError();
            if (errno != 0) {
                port.failed(Errors.newIOException("recvfrom", -errno));
            }
        } catch (IOException e) {
            port.failed(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public final void closeDescriptor() {
        try {
            socket.close();
        } catch (IOException e) {
            // There is nothing left to do: the system has let go of it all the same.
        }
    }

    // ---- the system's calls; to find the address of a buffer, Netty's native code would have to ask the JVM each time ----

    @Override
    public final @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        DatagramSocketAddress sender = socket.recvFromAddress(Buffer.memoryAddress(buffer), buffer.position(), buffer.limit());
        if (sender == null) {
            return null;
        }
        buffer.position(buffer.position() + sender.receivedAmount());
        boolean zoneless = sender.getAddress() instanceof Inet6Address ipv6 && ipv6.getScopeId() == 0;
        return zoneless ? withoutZone(sender) : sender;
    }

    /** Netty says zone 0 where there is none. */
    private static InetSocketAddress withoutZone(InetSocketAddress address) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(address.getAddress().getAddress()), address.getPort());
    }

    @Override
    public final int send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        long memory = Buffer.memoryAddress(data);
        return to == null
                ? socket.sendAddress(memory, data.position(), data.limit())
                : socket.sendToAddress(memory, data.position(), data.limit(), to.getAddress(), to.getPort());
    }

    @Override
    public final void connect(@Nullable InetSocketAddress peer) throws IOException {
        socket.getSoError(); // takes it away: the one before may have refused something
        if (peer == null) {
            disconnect();
            return;
        }
        try {
            socket.connect(peer);
        } catch (IOException e) { // the one before may be of the other family; and if not, Linux keeps it
            disconnect();
            socket.connect(peer);
        }
    }

    /** Linux takes the port away if it has chosen it. */
    private void disconnect() throws IOException {
        socket.disconnect();
        if (socket.localAddress().getPort() != localAddress.getPort()) {
            socket.bind(localAddress);
        }
    }

    @Override
    public final void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        socket.join(group, on, source);
    }

    @Override
    public final void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        socket.leave(group, on, source);
    }

    @Override
    public final InetSocketAddress localAddress() {
        return localAddress;
    }
}
