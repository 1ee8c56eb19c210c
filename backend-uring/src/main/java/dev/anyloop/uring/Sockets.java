package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.anyloop.ErrorKind;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** The socket calls, those with structures through one small piece of memory. Of the loop thread. */
final class Sockets {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x8_0000;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_BROADCAST = 6;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    private static final int SO_ERROR = 4;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_PEERNAME = 28;

    static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int IPV6_V6ONLY = 26;

    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    static final int POLLIN = 1;
    static final int POLLOUT = 4;

    private static final int FIONBIO = 0x5421;

    // a sockaddr, then a socklen_t
    private static final int LENGTH = 112;

    // set once
    private final Libc libc;
    private final MemorySegment memory = Arena.ofAuto().allocate(LENGTH + Integer.BYTES, 8);
    private final long address = memory.address();

    // loop thread: the last ones, which are often the next ones too; thousands of connections then share them
    private @Nullable InetSocketAddress lastRemote;
    private @Nullable InetSocketAddress lastLocal;
    private @Nullable UnixDomainSocketAddress lastPath;

    Sockets(Libc libc) {
        this.libc = libc;
    }

    static SocketAddress usable(SocketAddress address) throws EngineException {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved() || address instanceof UnixDomainSocketAddress) {
            return address;
        }
        throw new EngineException(ErrorKind.OTHER, "Unusable address: " + address);
    }

    static int family(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress ? AF_UNIX
                : ((InetSocketAddress) address).getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /**
     * A socket that blocks: of one that does not the ring would tell that there is nothing yet, instead of waiting for it.
     *
     * @param type {@link #SOCK_STREAM} or {@link #SOCK_DGRAM}
     */
    int open(int family, int type) throws EngineException {
        return Errno.check("socket", libc.call(Libc.SOCKET, family, type | SOCK_CLOEXEC, 0));
    }

    // ---- options ----

    /**
     * Sets what differs from the system's defaults. What a listening socket has, Linux gives to those it accepts. One of a path has
     * no more to set than how much may be on its way, which Linux does not pass on.
     */
    void configure(int fd, int family, SocketOptions options) throws EngineException {
        if (family != AF_UNIX) {
            configureTcp(fd, options);
        }
        if (options.sendBufferSize() > 0) {
            set(fd, SOL_SOCKET, SO_SNDBUF, options.sendBufferSize());
        }
    }

    private void configureTcp(int fd, SocketOptions options) throws EngineException {
        if (options.noDelay()) {
            set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        }
        if (options.keepAlive()) {
            set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        }
        if (options.receiveBufferSize() > 0) {
            set(fd, SOL_SOCKET, SO_RCVBUF, options.receiveBufferSize());
        }
    }

    void set(int fd, int level, int option, int value) throws EngineException {
        Errno.check("setsockopt", trySet(fd, level, option, value));
    }

    /** Returns a negative number if that failed. */
    int trySet(int fd, int level, int option, int value) {
        memory.set(JAVA_INT, 0, value);
        return libc.call(Libc.SETSOCKOPT, fd, level, option, address, Integer.BYTES);
    }

    /** For both families, if the wildcard of IPv6 is to be bound. Said either way, because the system's default is a setting. */
    void setFamilies(int fd, SocketAddress local) throws EngineException {
        if (local instanceof InetSocketAddress inet && family(inet) == AF_INET6) {
            set(fd, IPPROTO_IPV6, IPV6_V6ONLY, inet.getAddress().isAnyLocalAddress() ? 0 : 1);
        }
    }

    // ---- where to ----

    void bind(int fd, int family, SocketAddress local) throws EngineException {
        boolean fits = family == family(local) || ((InetSocketAddress) local).getAddress().isAnyLocalAddress();
        if (!fits) {
            throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Unusable address: " + local);
        }
        Errno.check("bind", libc.call(Libc.BIND, fd, address, write(family, local)));
    }

    /** Begins to connect, which a socket that blocks would not return from. */
    void connect(int fd, int family, SocketAddress remote) throws EngineException {
        setBlocking(fd, false);
        int result = libc.call(Libc.CONNECT, fd, address, write(family, remote));
        setBlocking(fd, true);
        if (result != -Errno.EINPROGRESS && result != -Errno.EINTR) { // interrupted, it goes on all the same
            Errno.check("connect", result);
        }
    }

    private void setBlocking(int fd, boolean blocking) throws EngineException {
        memory.set(JAVA_INT, LENGTH, blocking ? 0 : 1);
        Errno.check("ioctl", libc.call(Libc.IOCTL, fd, FIONBIO, address + LENGTH));
    }

    /** Of a datagram socket, whose port Linux takes away if it has chosen it. */
    void disconnect(int fd, int family, InetSocketAddress local) throws EngineException {
        memory.set(JAVA_LONG, 0, 0); // AF_UNSPEC
        memory.set(JAVA_LONG, 8, 0);
        Errno.check("connect", libc.call(Libc.CONNECT, fd, address, Sockaddr.IPV4_LENGTH));
        if (((InetSocketAddress) localAddress(fd)).getPort() != local.getPort()) {
            bind(fd, family, local);
        }
    }

    /** Returns the length of what was written. */
    private int write(int family, SocketAddress where) {
        return where instanceof UnixDomainSocketAddress path ? Sockaddr.write(memory, path)
                : Sockaddr.write(memory, 0, family, (InetSocketAddress) where);
    }

    // ---- what is said of it ----

    SocketAddress localAddress(int fd) throws EngineException {
        memory.set(JAVA_INT, LENGTH, Sockaddr.UNIX_LENGTH);
        Errno.check("getsockname", libc.call(Libc.GETSOCKNAME, fd, address, address + LENGTH));
        return isPath() ? path() : (lastLocal = Sockaddr.read(memory, 0, lastLocal));
    }

    /** Of one that was accepted. A peer that has reset has no name any more, but the socket knows what it was. */
    SocketAddress remoteAddress(int fd, int family) throws EngineException {
        memory.set(JAVA_INT, LENGTH, Sockaddr.UNIX_LENGTH);
        if (libc.call(Libc.GETPEERNAME, fd, address, address + LENGTH) < 0) {
            memory.set(JAVA_INT, LENGTH, family == AF_INET6 ? Sockaddr.IPV6_LENGTH : Sockaddr.IPV4_LENGTH); // or it is refused
            Errno.check("getpeername",
                    libc.call(Libc.GETSOCKOPT, fd, SOL_SOCKET, SO_PEERNAME, address, address + LENGTH));
        }
        return isPath() ? path() : (lastRemote = Sockaddr.read(memory, 0, lastRemote));
    }

    private boolean isPath() {
        return memory.get(JAVA_SHORT, 0) == AF_UNIX;
    }

    private UnixDomainSocketAddress path() {
        UnixDomainSocketAddress path = Sockaddr.read(memory, memory.get(JAVA_INT, LENGTH), lastPath);
        if (path != Sockaddr.UNNAMED) {
            lastPath = path;
        }
        return path;
    }

    /** The error number a socket has in store, or 0; asking takes it away. */
    int takeError(int fd) {
        memory.set(JAVA_INT, LENGTH, Integer.BYTES);
        int result = libc.call(Libc.GETSOCKOPT, fd, SOL_SOCKET, SO_ERROR, address, address + LENGTH);
        return result < 0 ? -result : memory.get(JAVA_INT, 0);
    }
}
