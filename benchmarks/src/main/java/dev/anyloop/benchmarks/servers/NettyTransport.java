package dev.anyloop.benchmarks.servers;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Netty's ways to wait, each with the channels that belong to it. */
enum NettyTransport {
    NIO {
        @Override
        IoHandlerFactory factory() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> server() {
            return NioServerSocketChannel.class;
        }

        @Override
        Class<? extends ServerChannel> serverAtPath() {
            return NioServerDomainSocketChannel.class;
        }

        @Override
        SocketAddress address(Path path) {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        Class<? extends Channel> datagrams() {
            return NioDatagramChannel.class;
        }
    },
    EPOLL {
        @Override
        IoHandlerFactory factory() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> server() {
            return EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends ServerChannel> serverAtPath() {
            return EpollServerDomainSocketChannel.class;
        }

        @Override
        SocketAddress address(Path path) {
            return new DomainSocketAddress(path.toFile());
        }

        @Override
        Class<? extends Channel> datagrams() {
            return EpollDatagramChannel.class;
        }
    },
    IO_URING {
        @Override
        IoHandlerFactory factory() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> server() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        Class<? extends ServerChannel> serverAtPath() {
            return IoUringServerDomainSocketChannel.class;
        }

        @Override
        SocketAddress address(Path path) {
            return new DomainSocketAddress(path.toFile());
        }

        @Override
        Class<? extends Channel> datagrams() {
            return IoUringDatagramChannel.class;
        }
    };

    abstract IoHandlerFactory factory();

    abstract Class<? extends ServerChannel> server();

    abstract Class<? extends ServerChannel> serverAtPath();

    abstract SocketAddress address(Path path);

    abstract Class<? extends Channel> datagrams();
}
