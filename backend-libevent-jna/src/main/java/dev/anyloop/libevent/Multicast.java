package dev.anyloop.libevent;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.MulticastInterface;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Groups of hosts: who hears them, and how far what is sent to them goes. */
final class Multicast {

    // struct group_req, and group_source_req, which is longer: interface, group; source
    private static final int GROUP = 8;
    private static final int SOURCE = 136;
    private static final int GROUP_LENGTH = 136;
    private static final int SOURCE_LENGTH = 264;

    private Multicast() {}

    /** What goes out. A socket for both families sends to groups of both. */
    static void configure(Sockets sockets, int fd, int family, DatagramOptions options) throws EngineException {
        int loopback = options.multicastLoopback() ? 1 : 0;
        sockets.set(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_TTL, options.multicastTtl());
        sockets.set(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP, loopback);
        sockets.set(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 0); // nothing of groups that others have joined
        if (family == Libc.AF_INET6) {
            sockets.set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_HOPS, options.multicastTtl());
            sockets.set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_LOOP, loopback);
            sockets.setIfKnown(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_ALL, 0);
        }
        if (options.multicastInterface() != null) {
            leaveBy(sockets, fd, family, options.multicastInterface());
        }
    }

    private static void leaveBy(Sockets sockets, int fd, int family, NetworkInterface by) throws EngineException {
        set(fd, Libc.IPPROTO_IP, Libc.IP_MULTICAST_IF, MulticastInterface.request(by));
        if (family == Libc.AF_INET6) {
            sockets.set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_IF, by.getIndex());
        }
    }

    static void join(int fd, int family, InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws EngineException {
        change(fd, family, source == null ? Libc.MCAST_JOIN_GROUP : Libc.MCAST_JOIN_SOURCE_GROUP, group, on, source);
    }

    static void leave(int fd, int family, InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws EngineException {
        change(fd, family, source == null ? Libc.MCAST_LEAVE_GROUP : Libc.MCAST_LEAVE_SOURCE_GROUP, group, on, source);
    }

    private static void change(int fd, int family, int option, InetAddress group, NetworkInterface on, @Nullable InetAddress source)
            throws EngineException {
        ByteBuffer request = memory(source == null ? GROUP_LENGTH : SOURCE_LENGTH).putInt(0, on.getIndex());
        Sockaddr.write(request, GROUP, family, new InetSocketAddress(group, 0));
        if (source != null) {
            Sockaddr.write(request, SOURCE, family, new InetSocketAddress(source, 0));
        }
        set(fd, family == Libc.AF_INET6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP, option, request);
    }

    private static ByteBuffer memory(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    private static void set(int fd, int level, int option, ByteBuffer value) throws EngineException {
        Sockets.set(fd, level, option, Libc.addressOf(value), value.capacity());
        Reference.reachabilityFence(value);
    }
}
