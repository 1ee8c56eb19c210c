package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the channels that a loop is asked for, connecting or bound. What fails on the way leaves nothing open. */
final class Opening {

    private final NettyTransport transport;
    private final Engine engine;

    Opening(NettyTransport transport, Engine engine) {
        this.transport = transport;
        this.engine = engine;
    }

    Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        DuplexChannel channel = open(() -> engine.openSocket(family(remote)));
        try {
            NettyConnection connection = new NettyConnection(transport, channel, options);
            connection.tell(events);
            transport.register(channel, connection);
            ChannelPromise connecting = channel.newPromise();
            channel.unsafe().connect(engine.toConnect(remote), local, connecting);
            Causes.check(connecting);
            connection.connecting(remote, connecting);
            transport.begun();
            return connection;
        } catch (IOException | ChannelException e) {
            throw abandoned(channel, e);
        } catch (VirtualMachineError e) {
            transport.abandon(channel);
            throw e;
        }
    }

    Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        ServerChannel channel = open(() -> engine.openServer(family(local)));
        try {
            channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog());
            if (channel instanceof ServerSocketChannel tcp && options.socket().receiveBufferSize() > 0) {
                tcp.config().setReceiveBufferSize(options.socket().receiveBufferSize()); // inherited, in time for the window
            }
            if (options.reusePort()) {
                share(channel);
            }
            NettyAcceptor acceptor = new NettyAcceptor(transport, channel, local, options.socket(), events);
            transport.register(channel, acceptor);
            bind(channel, local);
            channel.unsafe().beginRead(); // Netty would in its next run, and accept in the one after
            return acceptor;
        } catch (IOException | ChannelException e) {
            throw abandoned(channel, e);
        } catch (VirtualMachineError e) {
            transport.abandon(channel);
            throw e;
        }
    }

    DatagramPort datagram(InetSocketAddress local, DatagramOptions options, DatagramEvents events) throws IOException {
        DatagramHandle handle;
        try {
            handle = engine.openDatagrams(local, options);
        } catch (IOException | ChannelException | IllegalArgumentException e) {
            throw Causes.system(e);
        }
        try {
            NettyDatagramPort port = new NettyDatagramPort(transport, handle, events);
            handle.registered(transport.register(handle), port);
            return port;
        } catch (Throwable e) {
            handle.closeDescriptor();
            throw e;
        }
    }

    /** Netty passes over an option that a channel does not know. */
    private void share(ServerChannel channel) throws IOException {
        ChannelOption<Boolean> option = engine.reusePort();
        if (!channel.config().setOption(option, true) || !channel.config().getOption(option)) {
            throw new IOException("Netty does not share the port: " + option + " of " + channel.getClass().getName());
        }
    }

    private void bind(ServerChannel channel, SocketAddress local) throws IOException {
        ChannelPromise binding = channel.newPromise();
        engine.bind(channel, local, binding);
        Causes.check(binding);
    }

    /** Without a family an IPv4 wildcard would be taken for the IPv6 one. */
    private static @Nullable SocketProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return SocketProtocolFamily.UNIX;
        }
        boolean ipv4 = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
        return ipv4 ? SocketProtocolFamily.INET : null;
    }

    private static <T> T open(Supplier<T> channel) throws IOException {
        try {
            return channel.get();
        } catch (ChannelException e) {
            throw Causes.system(e);
        }
    }

    private IOException abandoned(Channel channel, Exception cause) {
        transport.abandon(channel);
        return Causes.system(cause);
    }
}
