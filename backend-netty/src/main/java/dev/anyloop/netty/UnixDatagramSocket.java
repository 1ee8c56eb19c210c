package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.MulticastInterface;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Netty's own socket with the options of Linux that Netty gives no other access to. */
final class UnixDatagramSocket extends Socket {

    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_MULTICAST_ALL = 49;

    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_MULTICAST_ALL = 29;

    private static final int MCAST_JOIN_GROUP = 42;
    private static final int MCAST_LEAVE_GROUP = 45;
    private static final int MCAST_JOIN_SOURCE_GROUP = 46;
    private static final int MCAST_LEAVE_SOURCE_GROUP = 47;

    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;

    // struct group_req, and group_source_req, which is longer: interface, group; source, both as sockaddr
    private static final int GROUP = 8;
    private static final int SOURCE = 136;
    private static final int GROUP_LENGTH = 136;
    private static final int SOURCE_LENGTH = 264;
    private static final int IPV4_OF_SOCKADDR = 4;
    private static final int IPV6_OF_SOCKADDR = 8;

    /** @throws ChannelException if there is no descriptor */
    UnixDatagramSocket(boolean ipv6) {
        super(newSocketDgram0(ipv6));
    }

    /** A socket for both families sends to groups of both. */
    void configure(DatagramOptions options) throws IOException {
        setBroadcast(options.broadcast());
        setReuseAddress(options.reuseAddress());
        if (options.receiveBufferSize() > 0) {
            setReceiveBufferSize(options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            setSendBufferSize(options.sendBufferSize());
        }
        int loopback = options.multicastLoopback() ? 1 : 0;
        setIntOpt(IPPROTO_IP, IP_MULTICAST_TTL, options.multicastTtl());
        setIntOpt(IPPROTO_IP, IP_MULTICAST_LOOP, loopback);
        setIntOpt(IPPROTO_IP, IP_MULTICAST_ALL, 0); // nothing of groups that others have joined
        if (ipv6) {
            setIntOpt(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, options.multicastTtl());
            setIntOpt(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loopback);
            setIpv6MulticastAll();
        }
        if (options.multicastInterface() != null) {
            leaveBy(options.multicastInterface());
        }
    }

    private void setIpv6MulticastAll() throws IOException {
        try {
            setIntOpt(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
        } catch (ChannelException e) {
            // Linux before 4.20 does not know it.
        }
    }

    private void leaveBy(NetworkInterface by) throws IOException {
        setRawOpt(IPPROTO_IP, IP_MULTICAST_IF, MulticastInterface.request(by));
        if (ipv6) {
            setIntOpt(IPPROTO_IPV6, IPV6_MULTICAST_IF, by.getIndex());
        }
    }

    void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        change(source == null ? MCAST_JOIN_GROUP : MCAST_JOIN_SOURCE_GROUP, group, on, source);
    }

    void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        change(source == null ? MCAST_LEAVE_GROUP : MCAST_LEAVE_SOURCE_GROUP, group, on, source);
    }

    private void change(int option, InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        ByteBuffer request = memory(source == null ? GROUP_LENGTH : SOURCE_LENGTH).putInt(0, on.getIndex());
        write(request, GROUP, group);
        if (source != null) {
            write(request, SOURCE, source);
        }
        try {
            setRawOpt(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, option, request);
        } catch (ChannelException e) {
            throw Causes.system(e);
        }
    }

    /** As a {@code struct sockaddr_in} or {@code sockaddr_in6}. */
    private static void write(ByteBuffer memory, int at, InetAddress host) {
        boolean ipv4 = host instanceof Inet4Address;
        memory.putShort(at, ipv4 ? AF_INET : AF_INET6);
        memory.put(at + (ipv4 ? IPV4_OF_SOCKADDR : IPV6_OF_SOCKADDR), host.getAddress());
    }

    private static ByteBuffer memory(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }
}
