package com.example.threads;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Every channel of a transport, so that its close can find them all: one may be accepted and not yet told. */
final class OpenChannels {

    private final Set<NetworkChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SocketChannel openFor(SocketAddress remote, @Nullable SocketAddress local, SocketOptions options)
            throws IOException {
        SocketChannel channel = adopt(SocketChannel.open(familyOf(remote)));
        try {
            apply(options, channel);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, options.reuseAddress());
            return local == null ? channel : channel.bind(local);
        } catch (IOException e) {
            close(channel);
            throw e;
        }
    }

    /** The JDK sets SO_REUSEADDR by itself, except on Windows. */
    ServerSocketChannel openOn(SocketAddress local, ListenOptions options) throws IOException {
        ServerSocketChannel channel = adopt(ServerSocketChannel.open(familyOf(local)));
        try {
            if (options.socket().receiveBufferSize() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.socket().receiveBufferSize());
            }
            return channel.bind(local, options.backlog());
        } catch (IOException e) {
            close(channel);
            throw e;
        }
    }

    /** A channel of no family is of both, and an IPv4 wildcard would answer on ::1 (LISTEN-007). */
    private static ProtocolFamily familyOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /** Not SO_REUSEADDR, which accepted ones have from their server: without it they would hold its port (LISTEN-004). */
    static void apply(SocketOptions options, SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, options.noDelay());
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, options.keepAlive());
        if (options.receiveBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferSize());
        }
    }

    /** Safe from any thread. */
    <T extends NetworkChannel> T adopt(T channel) {
        open.add(channel);
        if (closed) {
            close(channel);
        }
        return channel;
    }

    void close(NetworkChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a channel that cannot be closed", e);
        }
    }

    void close() {
        closed = true;
        open.forEach(this::close);
    }
}
