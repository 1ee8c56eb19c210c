package dev.anyloop.netty;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One listening channel, and the handler that hears of what it accepts. Netty's own switch AUTO_READ tells whether it
 * does.
 */
final class NettyAcceptor extends ChannelInboundHandlerAdapter implements Acceptor, NettyHandle {

    // Set once.
    private final NettyTransport transport;
    private final ServerChannel channel;
    private final SocketAddress asked;
    private final SocketOptions options;
    private final AcceptorEvents events;
    private final AcceptedDescriptor descriptor;

    // Loop thread.
    private boolean accepting = true;
    private boolean closing;

    NettyAcceptor(NettyTransport transport, ServerChannel channel, SocketAddress asked,
            SocketOptions options, AcceptorEvents events) {
        this.transport = transport;
        this.channel = channel;
        this.asked = asked;
        this.options = options;
        this.events = events;
        this.descriptor = new AcceptedDescriptor(
                (ExtendedHandle) channel.config().<RecvByteBufAllocator>getRecvByteBufAllocator().newHandle(),
                transport.forgotten());
        channel.config().setRecvByteBufAllocator(() -> descriptor);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        descriptor.taken();
        DuplexChannel accepted = (DuplexChannel) message;
        if (closing || !isWelcome(accepted.remoteAddress())) {
            accepted.unsafe().closeForcibly();
        } else {
            introduce(accepted);
        }
    }

    /** False for an IPv6 peer at an IPv4 wildcard, which io_uring cannot keep out, and for one that is gone already. */
    private boolean isWelcome(@Nullable SocketAddress peer) {
        return peer != null && !(peer instanceof InetSocketAddress from && from.getAddress() instanceof Inet6Address
                && ((InetSocketAddress) asked).getAddress() instanceof Inet4Address);
    }

    private void introduce(DuplexChannel accepted) {
        try {
            NettyConnection connection = new NettyConnection(transport, accepted, options);
            transport.register(accepted, connection);
            connection.tell(events.accepted(connection));
        } catch (ChannelException e) {
            transport.abandon(accepted); // its peer is gone already, which some systems tell this way
        } catch (IOException e) { // it cannot be watched, which is not the peer's doing
            transport.abandon(accepted);
            events.acceptFailed(e);
        } catch (VirtualMachineError e) {
            transport.abandon(accepted);
            throw e;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof VirtualMachineError) { // there is no memory for a connection, or no stack: that one pays
            descriptor.closeForgotten();
            failed(new EngineException(Operation.ACCEPT, cause));
        } else if (Causes.isSystems(cause)) {
            failed(Causes.system(cause));
        } else {
            transport.broken(cause);
        }
    }

    private void failed(IOException cause) {
        if (accepting) {
            events.acceptFailed(cause);
        }
    }

    @Override
    public void pauseAccepting() {
        accepting = false;
        channel.config().setAutoRead(false);
        transport.begun();
    }

    @Override
    public void resumeAccepting() {
        accepting = true;
        channel.config().setAutoRead(true);
    }

    @Override
    public void close() {
        accepting = false;
        closing = true;
        transport.release(this, channel);
    }

    @Override
    public void released() {
        events.closed();
    }

    /** With the address asked for: Netty's io_uring takes an IPv4 wildcard for the IPv6 one. */
    @Override
    public SocketAddress localAddress() {
        return asked instanceof InetSocketAddress inet
                ? new InetSocketAddress(inet.getAddress(), ((InetSocketAddress) channel.localAddress()).getPort()) : asked;
    }
}
