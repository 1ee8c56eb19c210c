package dev.anyloop.netty;

import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.BoundDatagramChannel;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** The JDK's, for Netty's nio. */
final class NioDatagramHandle extends NioSelectableChannelIoHandle<DatagramChannel> implements DatagramHandle {

    // Set once; the last two when it is registered.
    private final BoundDatagramChannel bound;
    private IoRegistration registration;
    private NettyDatagramPort port;

    private NioDatagramHandle(BoundDatagramChannel bound) {
        super(bound.channel());
        this.bound = bound;
    }

    static NioDatagramHandle open(InetSocketAddress local, DatagramOptions options) throws IOException {
        return new NioDatagramHandle(BoundDatagramChannel.bind(local, options));
    }

    // ---- waiting ----

    @Override
    public void registered(IoRegistration registration, NettyDatagramPort port) {
        this.registration = registration;
        this.port = port;
    }

    @Override
    public void watch(boolean input, boolean output) {
        SelectionKey key = registration.attachment();
        key.interestOps((input ? OP_READ : 0) | (output ? OP_WRITE : 0));
    }

    @Override
    protected void handle(DatagramChannel ready, SelectionKey key) {
        int ops = key.readyOps();
        port.ready((ops & OP_READ) != 0, (ops & OP_WRITE) != 0);
    }

    @Override
    public void release() {
        registration.cancel();
        closeDescriptor();
        port.gone();
    }

    @Override
    public void close() throws IOException {
        bound.channel().close();
    }

    @Override
    public void closeDescriptor() {
        try {
            bound.channel().close();
        } catch (IOException e) {
            // There is nothing left to do: the system has let go of it all the same.
        }
    }

    // ---- the JDK's calls ----

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return bound.receive(buffer);
    }

    @Override
    public int send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException {
        return bound.send(data, to);
    }

    @Override
    public void connect(@Nullable InetSocketAddress to) throws IOException {
        bound.connect(to);
    }

    @Override
    public void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        bound.join(group, on, source);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        bound.leave(group, on, source);
    }

    @Override
    public InetSocketAddress localAddress() {
        return bound.localAddress();
    }
}
