package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.MulticastInterface;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/** The calls of datagram sockets, and the addresses that all those of a loop share. Of the loop thread. */
final class Datagrams {

    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_MULTICAST_ALL = 49;

    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_MULTICAST_ALL = 29;

    // of either
    private static final int MCAST_JOIN_GROUP = 42;
    private static final int MCAST_LEAVE_GROUP = 45;
    private static final int MCAST_JOIN_SOURCE_GROUP = 46;
    private static final int MCAST_LEAVE_SOURCE_GROUP = 47;

    // struct group_req, and group_source_req, which is longer: interface, group; source
    private static final int GROUP = 8;
    private static final int SOURCE = 136;
    private static final int GROUP_LENGTH = 136;
    private static final int SOURCE_LENGTH = 264;

    // where in the memory they are; each has 32 bytes
    private static final int SENDER = 0;
    private static final int SENDER_LENGTH = 32;
    private static final int RECEIVER = 64;
    private static final int LAST_SENDER = 96;

    // set once
    private final Libc libc;
    private final Sockets sockets;
    private final MemorySegment memory = Arena.ofAuto().allocate(128, 8);
    // loop thread: the last ones, which are often the next ones too
    private @Nullable InetSocketAddress sender;
    private @Nullable InetSocketAddress receiver;
    private int receiversFamily;
    private int receiversLength;

    Datagrams(Libc libc, Sockets sockets) {
        this.libc = libc;
        this.sockets = sockets;
    }

    /** Returns how many bytes it has; a negative number if there is none, or an error in its place. */
    int receive(int fd, long to, int most) {
        memory.set(JAVA_INT, SENDER_LENGTH, Sockaddr.IPV6_LENGTH);
        return (int) libc.call(Libc.RECVFROM, fd, to, most, Sockets.MSG_DONTWAIT, memory.address() + SENDER,
                memory.address() + SENDER_LENGTH);
    }

    /** Of the one received last. */
    InetSocketAddress sender() {
        MemorySegment from = memory.asSlice(SENDER, Sockaddr.IPV6_LENGTH);
        MemorySegment last = memory.asSlice(LAST_SENDER, Sockaddr.IPV6_LENGTH);
        int length = memory.get(JAVA_INT, SENDER_LENGTH);
        if (sender == null || from.asSlice(0, length).mismatch(last.asSlice(0, length)) != -1) {
            sender = Sockaddr.read(memory, SENDER, sender);
            last.copyFrom(from);
        }
        return sender;
    }

    /** Returns a negative number if it was not sent. */
    int send(int fd, int family, long data, int length, @Nullable InetSocketAddress to) {
        if (to == null) {
            return (int) libc.call(Libc.SENDTO, fd, data, length, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL, 0, 0);
        }
        if (to != receiver || family != receiversFamily) {
            receiversLength = Sockaddr.write(memory, RECEIVER, family, to);
            receiversFamily = family;
            receiver = to;
        }
        return (int) libc.call(Libc.SENDTO, fd, data, length, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL,
                memory.address() + RECEIVER, receiversLength);
    }

    // ---- options ----

    void configure(int fd, int family, DatagramOptions options) throws EngineException {
        sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_BROADCAST, options.broadcast() ? 1 : 0);
        sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, options.reuseAddress() ? 1 : 0);
        if (options.receiveBufferSize() > 0) {
            sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            sockets.set(fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, options.sendBufferSize());
        }
        configureMulticast(fd, family, options);
    }

    /** What goes out. A socket for both families sends to groups of both. */
    private void configureMulticast(int fd, int family, DatagramOptions options) throws EngineException {
        int loopback = options.multicastLoopback() ? 1 : 0;
        NetworkInterface by = options.multicastInterface();
        sockets.set(fd, IPPROTO_IP, IP_MULTICAST_TTL, options.multicastTtl());
        sockets.set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, loopback);
        sockets.set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0); // nothing of groups that others have joined
        if (by != null) {
            set(fd, IPPROTO_IP, IP_MULTICAST_IF, MemorySegment.ofBuffer(MulticastInterface.request(by)));
        }
        if (family == Sockets.AF_INET6) {
            sockets.set(fd, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_HOPS, options.multicastTtl());
            sockets.set(fd, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loopback);
            sockets.set(fd, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
            if (by != null) {
                sockets.set(fd, Sockets.IPPROTO_IPV6, IPV6_MULTICAST_IF, by.getIndex());
            }
        }
    }

    /** Joins a group, or leaves it. */
    void change(int fd, int family, boolean join, InetAddress group, NetworkInterface on, @Nullable InetAddress source)
            throws EngineException {
        int option = source == null ? (join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP)
                : (join ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP);
        MemorySegment request = Arena.ofAuto().allocate(source == null ? GROUP_LENGTH : SOURCE_LENGTH, 8);
        request.set(JAVA_INT, 0, on.getIndex());
        Sockaddr.write(request, GROUP, family, new InetSocketAddress(group, 0));
        if (source != null) {
            Sockaddr.write(request, SOURCE, family, new InetSocketAddress(source, 0));
        }
        set(fd, family == Sockets.AF_INET6 ? Sockets.IPPROTO_IPV6 : IPPROTO_IP, option, request);
    }

    private void set(int fd, int level, int option, MemorySegment value) throws EngineException {
        Errno.check("setsockopt", libc.call(Libc.SETSOCKOPT, fd, level, option, value.address(), value.byteSize()));
        Reference.reachabilityFence(value);
    }
}
