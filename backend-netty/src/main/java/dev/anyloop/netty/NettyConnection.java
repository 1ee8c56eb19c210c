package dev.anyloop.netty;

import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.HalfOpen;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One channel, and the handler that hears of it. Netty tells of input while it runs, which is inside poll, and core
 * hears it at once. Of the connection being made and of output Netty may also tell inside a call of core's, so core
 * hears that when the run is over, by {@link #report}.
 */
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection, NettyHandle, Report {

    // Set once; the events by tell.
    private final NettyTransport transport;
    private final DuplexChannel channel;
    private final Object socket; // of the channel
    private final NettyInput input;
    private ConnectionEvents events;

    // Loop thread.
    private @Nullable ChannelFuture connecting;
    private @Nullable SocketAddress asked;
    private @Nullable NettyOutput output; // while something that was lent is on its way
    private boolean reporting;
    private boolean closing;

    /** Takes over a channel that is not registered yet. */
    NettyConnection(NettyTransport transport, DuplexChannel channel, SocketOptions options) {
        this.transport = transport;
        this.channel = channel;
        this.socket = transport.engine().socket(channel);
        this.input = new NettyInput(channel, transport.readBuffers(), !transport.engine().allowsHalfClosure(channel));
        configure(channel.config());
        if (channel instanceof SocketChannel tcp) {
            configure(tcp.config(), options);
        } else if (options.sendBufferSize() > 0) { // there is no more to set of a path
            channel.config().setOption(ChannelOption.SO_SNDBUF, options.sendBufferSize());
        }
    }

    private void configure(ChannelConfig config) {
        config.setAutoRead(false).setAutoClose(false).setConnectTimeoutMillis(0).setRecvByteBufAllocator(input);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private static void configure(SocketChannelConfig config, SocketOptions options) {
        if (!options.noDelay()) { // Netty's default
            config.setTcpNoDelay(false);
        }
        if (options.keepAlive()) {
            config.setKeepAlive(true);
        }
        if (options.reuseAddress()) { // of use before a connect only
            config.setReuseAddress(true);
        }
        if (options.receiveBufferSize() > 0) {
            config.setReceiveBufferSize(options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            config.setSendBufferSize(options.sendBufferSize());
        }
    }

    void tell(ConnectionEvents events) {
        this.events = events;
    }

    // ---- while Netty runs ----

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        reportNow();
        try {
            if (!closing) {
                events.received(bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes()));
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (input.hasHiddenEnd()) {
            transport.engine().ended(channel);
            ended();
        } else {
            input.readNext();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended();
        }
    }

    private void ended() {
        reportNow();
        if (input.end()) {
            transport.halfOpen().add(this);
            events.inputEnded();
        }
    }

    /** After its end. */
    void wasReset() {
        if (transport.halfOpen().remove(this)) {
            events.failed(HalfOpen.reset());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reportNow();
        if (cause instanceof VirtualMachineError) { // there is no memory for what it brings, or no stack
            failed(new EngineException(Operation.READ, cause));
        } else if (Causes.isSystems(cause)) {
            failed(Causes.system(cause));
        } else {
            transport.broken(cause);
        }
    }

    /** Also after its end, of which Netty does not know where it is hidden: it reads on, and closes the channel of what is reset. */
    private void failed(IOException cause) {
        if (input.end() || transport.halfOpen().remove(this)) {
            events.failed(cause);
        }
    }

    /** Also if core never hears that the channel is closed, because the loop broke while it was closing. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        input.released();
    }

    /** A write that failed is the first to tell of a reset, whatever the read after it finds (READ-005). */
    private void reportNow() {
        if (reporting) {
            report();
        }
    }

    // ---- after Netty's run ----

    void connecting(SocketAddress remote, ChannelFuture outcome) {
        asked = remote;
        connecting = outcome;
        outcome.addListener(done -> reportLater());
    }

    void reportLater() {
        if (!reporting && !closing) {
            transport.reportLater(this);
            reporting = true; // not sooner: there may be no room
        }
    }

    /** Of connecting and of output. */
    @Override
    public void report() {
        reporting = false;
        if (connecting != null && !closing) {
            reportConnecting(connecting);
            connecting = null;
        }
        if (output != null) {
            reportOutput(output);
        }
    }

    private void reportOutput(NettyOutput output) {
        int count = output.take();
        IOException failure = output.takeFailure();
        giveOutput(output); // before core is told, which may lend the next
        if (count > 0 && !closing) {
            events.written(count);
        }
        if (failure != null && !closing) {
            events.outputFailed(failure);
        }
    }

    private void reportConnecting(ChannelFuture outcome) {
        if (outcome.isSuccess()) {
            events.connected();
            input.readNext();
        } else if (input.end()) {
            events.failed(Causes.system(outcome.cause()));
        }
    }

    // ---- from core ----

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        try {
            return transport.engine().offer(socket, bytes);
        } catch (IOException e) {
            throw Causes.system(e);
        }
    }

    @Override
    public int write(ByteBuffer lent) throws IOException {
        if (transport.isOrphan()) {
            throw new IOException("The thread of the loop is dead");
        }
        NettyOutput sending = transport.spareOutputs().take(this);
        output = sending;
        int taken;
        try {
            taken = sending.write(lent, transport.lentBuffers().wrap(lent));
        } finally {
            giveOutput(sending);
        }
        transport.begun();
        return taken;
    }

    private void giveOutput(NettyOutput sent) {
        if (sent.isOver()) {
            output = null;
            transport.spareOutputs().give(sent);
        }
    }

    @Override
    public void pauseReading() {
        input.pause();
    }

    @Override
    public void resumeReading() {
        input.resume();
    }

    @Override
    public void shutdownOutput() {
        channel.shutdownOutput(); // if that fails the connection is gone, which the next read tells with the reason
    }

    @Override
    public void close() {
        closing = true;
        transport.halfOpen().remove(this);
        input.end();
        transport.release(this, channel);
    }

    DuplexChannel channel() {
        return channel;
    }

    @Override
    public void released() {
        events.closed();
    }

    @Override
    public SocketAddress localAddress() {
        return transport.engine().fromNetty(channel.localAddress());
    }

    /** As asked for, if it connected: Netty's native transports lose the zone of that. */
    @Override
    public SocketAddress remoteAddress() {
        return asked != null ? asked : transport.engine().fromNetty(channel.remoteAddress());
    }
}
