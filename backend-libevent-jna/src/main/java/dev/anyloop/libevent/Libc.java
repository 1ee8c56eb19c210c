package dev.anyloop.libevent;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.anyloop.libevent.Libevent.EventCallback;
import java.nio.ByteBuffer;

/**
 * The system calls that are used, mapped directly by {@link Linkage}. They return −1 for a failure, whose number
 * {@link Errno#last} then tells. The constants are those of Linux on the machines that {@link LibeventLibrary} lists.
 */
final class Libc {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_BROADCAST = 6;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_KEEPALIVE = 9;
    static final int SO_REUSEPORT = 15;

    static final int IPPROTO_IP = 0;
    static final int IP_MULTICAST_IF = 32;
    static final int IP_MULTICAST_TTL = 33;
    static final int IP_MULTICAST_LOOP = 34;
    static final int IP_MULTICAST_ALL = 49;

    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;

    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_MULTICAST_IF = 17;
    static final int IPV6_MULTICAST_HOPS = 18;
    static final int IPV6_MULTICAST_LOOP = 19;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_MULTICAST_ALL = 29;

    // of either
    static final int MCAST_JOIN_GROUP = 42;
    static final int MCAST_LEAVE_GROUP = 45;
    static final int MCAST_JOIN_SOURCE_GROUP = 46;
    static final int MCAST_LEAVE_SOURCE_GROUP = 47;

    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_WR = 1;

    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x8_0000;

    static final int RTLD_LAZY = 0x1;
    static final int RTLD_GLOBAL = 0x100;
    static final int RTLD_NODELETE = 0x1000;

    private Libc() {}

    /** Where a direct buffer begins; good as long as the buffer is reachable. */
    static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    static native int socket(int family, int type, int protocol);

    static native int setsockopt(int fd, int level, int option, long value, int length);

    static native int getsockopt(int fd, int level, int option, long value, long length);

    static native int bind(int fd, long address, int length);

    static native int connect(int fd, long address, int length);

    static native int listen(int fd, int backlog);

    static native int accept4(int fd, long address, long length, int flags);

    static native int getsockname(int fd, long address, long length);

    static native long recv(int fd, long memory, long length, int flags);

    static native long send(int fd, long memory, long length, int flags);

    static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);

    static native long sendto(int fd, long memory, long length, int flags, long address, int addressLength);

    static native int shutdown(int fd, int how);

    static native int close(int fd);

    static native int eventfd(int initial, int flags);

    static native int eventfd_read(int fd, long value);

    static native int eventfd_write(int fd, long value);

    static native String strerror(int errno);

    /** Gives C's address of a callback, as any function would that returns what it is given: addresses are positive. */
    static native long labs(EventCallback callback);
}
