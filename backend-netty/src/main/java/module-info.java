/** The backend over Netty's channels, for products that ship Netty: its NIO, its epoll or its io_uring. */
module dev.anyloop.netty {
    requires dev.anyloop.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.unix.common;
    requires static org.jspecify;

    provides dev.anyloop.spi.EventLoopProvider with
            dev.anyloop.netty.NettyEventLoopProvider;
}
