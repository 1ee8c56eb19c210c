package dev.anyloop.benchmarks.servers;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Netty as its guide writes it: handlers that write in {@code channelRead} and flush in {@code channelReadComplete}. */
final class NettyServer implements Subject {

    private final NettyTransport transport;
    private final @Nullable SslContext tls;
    private final @Nullable Path path;
    private final Set<Channel> listeners = new LinkedHashSet<>();
    private final Messages messages = new Messages();

    NettyServer(NettyTransport transport, @Nullable Identity identity, @Nullable Path path) throws SSLException {
        this.transport = transport;
        this.path = path;
        tls = identity == null ? null
                : SslContextBuilder.forServer(identity.chain().toFile(), identity.key().toFile())
                        .sslProvider(SslProvider.JDK).build();
    }

    @Override
    public void serve(Mode mode, IntConsumer listening) throws InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.factory());
        if (path != null) {
            bootstrap(group, mode).channel(transport.serverAtPath()).bind(transport.address(path)).sync();
        }
        Channel server = mode == Mode.DATAGRAM ? bound(group) : listening(group, mode);
        listening.accept(((InetSocketAddress) server.localAddress()).getPort());
        server.closeFuture().sync();
    }

    private Channel bound(EventLoopGroup group) throws InterruptedException {
        return new Bootstrap()
                .group(group)
                .channel(transport.datagrams())
                .handler(new EchoDatagrams())
                .bind("127.0.0.1", 0).sync().channel();
    }

    private Channel listening(EventLoopGroup group, Mode mode) throws InterruptedException {
        return bootstrap(group, mode)
                .channel(transport.server())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .bind("127.0.0.1", 0).sync().channel();
    }

    private ServerBootstrap bootstrap(EventLoopGroup group, Mode mode) {
        NettyHello hello = mode == Mode.HTTP ? new NettyHello() : null;
        return new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        if (hello != null) {
                            channel.pipeline().addLast(new HttpServerCodec());
                        }
                        channel.pipeline().addLast(hello == null ? handler(mode) : hello);
                    }
                });
    }

    private ChannelInboundHandlerAdapter handler(Mode mode) {
        return switch (mode) {
            case PING -> new AnswerTogether();
            case EACH -> new AnswerEach();
            case ECHO -> new Echo();
            case BROADCAST -> new Broadcast();
            case DATAGRAM -> new EchoDatagrams();
            case HTTP -> throw new IllegalArgumentException("one handler for all");
        };
    }

    private abstract static class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class AnswerTogether extends Handler {
        private final Ping ping = new Ping();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            int requests = ping.requests(data.readableBytes());
            data.release();
            ByteBuf replies = context.alloc().ioBuffer(requests * Ping.REPLY.length);
            for (int i = 0; i < requests; i++) {
                replies.writeBytes(Ping.REPLY);
            }
            context.write(replies, context.voidPromise());
        }
    }

    private static final class AnswerEach extends Handler {
        private static final ByteBuf REPLY =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(Ping.REPLY).asReadOnly());
        private final Ping ping = new Ping();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            int requests = ping.requests(data.readableBytes());
            data.release();
            for (int i = 0; i < requests; i++) {
                context.write(REPLY.duplicate(), context.voidPromise());
            }
        }
    }

    private static final class Echo extends Handler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
    }

    private static final class EchoDatagrams extends Handler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket datagram = (DatagramPacket) message;
            context.write(new DatagramPacket(datagram.content(), datagram.sender()), context.voidPromise());
        }
    }

    /** As a group of channels does it: a retained duplicate for each, written and flushed. */
    private final class Broadcast extends Handler {
        private final Ping ping = new Ping();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            listeners.add(context.channel());
            context.writeAndFlush(Unpooled.wrappedBuffer(Messages.GREETING), context.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            listeners.remove(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object received) {
            ByteBuf data = (ByteBuf) received;
            int requests = ping.requests(data.readableBytes());
            data.release();
            for (int left = requests; left > 0; left--) {
                ByteBuf message = context.alloc().ioBuffer(Messages.BYTES).writeBytes(messages.next());
                listeners.forEach(each -> each.writeAndFlush(message.retainedDuplicate(), each.voidPromise()));
                message.release();
            }
        }
    }
}
