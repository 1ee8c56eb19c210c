package dev.anyloop.libevent;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The socket calls that pass structures, through one small piece of memory. */
final class Sockets {

    // a Sockaddr or SockaddrUn, then a socklen_t
    private static final int LENGTH = 112;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(LENGTH + Integer.BYTES).order(ByteOrder.nativeOrder());
    private final long address = Libc.addressOf(memory);

    // Loop thread: the last ones, which are often the next ones too; thousands of connections then share them.
    private @Nullable InetSocketAddress lastAccepted;
    private @Nullable InetSocketAddress lastLocal;
    private @Nullable UnixDomainSocketAddress lastPath;

    static SocketAddress usable(SocketAddress address) throws EngineException {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved() || address instanceof UnixDomainSocketAddress) {
            return address;
        }
        throw new EngineException(ErrorKind.OTHER, "Unusable address: " + address);
    }

    static int family(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress ? Libc.AF_UNIX
                : ((InetSocketAddress) address).getAddress() instanceof Inet6Address ? Libc.AF_INET6 : Libc.AF_INET;
    }

    /** @param type {@link Libc#SOCK_STREAM} or {@link Libc#SOCK_DGRAM} */
    int open(int family, int type) throws EngineException {
        int fd = Libc.socket(family, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd == -1) {
            throw Errno.failed("socket");
        }
        return fd;
    }

    /**
     * Sets what differs from the system's defaults. What a listening socket has, Linux gives to those it accepts. One of a path has
     * no more to set than how much may be on its way, which Linux does not pass on.
     */
    void configure(int fd, int family, SocketOptions options) throws EngineException {
        if (family != Libc.AF_UNIX) {
            configureTcp(fd, options);
        }
        if (options.sendBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, options.sendBufferSize());
        }
    }

    private void configureTcp(int fd, SocketOptions options) throws EngineException {
        if (options.noDelay()) {
            set(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        }
        if (options.keepAlive()) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
        }
        if (options.receiveBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.receiveBufferSize());
        }
    }

    void set(int fd, int level, int option, int value) throws EngineException {
        memory.putInt(0, value);
        set(fd, level, option, address, Integer.BYTES);
    }

    /** For an option that older systems do not have. */
    void setIfKnown(int fd, int level, int option, int value) throws EngineException {
        memory.putInt(0, value);
        if (Libc.setsockopt(fd, level, option, address, Integer.BYTES) == -1 && Errno.last() != Errno.ENOPROTOOPT) {
            throw Errno.failed("setsockopt");
        }
    }

    static void set(int fd, int level, int option, long value, int length) throws EngineException {
        check("setsockopt", Libc.setsockopt(fd, level, option, value, length));
    }

    void configure(int fd, int family, DatagramOptions options) throws EngineException {
        set(fd, Libc.SOL_SOCKET, Libc.SO_BROADCAST, options.broadcast() ? 1 : 0);
        set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, options.reuseAddress() ? 1 : 0);
        if (options.receiveBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, options.sendBufferSize());
        }
        Multicast.configure(this, fd, family, options);
    }

    /** For both families, if the wildcard of IPv6 is to be bound. Said either way, because the system's default is a setting. */
    void setFamilies(int fd, SocketAddress local) throws EngineException {
        if (local instanceof InetSocketAddress inet && family(inet) == Libc.AF_INET6) {
            set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, inet.getAddress().isAnyLocalAddress() ? 0 : 1);
        }
    }

    void bind(int fd, int family, SocketAddress local) throws EngineException {
        check("bind", Libc.bind(fd, address, write(family, local)));
    }

    void connect(int fd, int family, SocketAddress remote) throws EngineException {
        int length = remote instanceof UnixDomainSocketAddress unix ? SockaddrUn.write(memory, unix)
                : Sockaddr.write(memory, 0, family, (InetSocketAddress) remote);
        if (Libc.connect(fd, address, length) == -1) {
            int errno = Errno.last();
            if (errno != Errno.EINPROGRESS && errno != Errno.EINTR) { // interrupted, it goes on all the same
                throw Errno.failed("connect", errno);
            }
        }
    }

    /** Of a datagram socket, whose port Linux takes away if it has chosen it. */
    void disconnect(int fd, int family, InetSocketAddress local) throws EngineException {
        memory.putLong(0, 0).putLong(8, 0); // AF_UNSPEC
        check("connect", Libc.connect(fd, address, 16));
        if (inetAddress(fd).getPort() != local.getPort()) {
            bind(fd, family, local);
        }
    }

    /** Returns −1 for a failure; otherwise {@link #accepted()} is the peer's address. */
    int accept(int fd) {
        memory.putInt(LENGTH, SockaddrUn.LENGTH);
        return Libc.accept4(fd, address, address + LENGTH, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
    }

    SocketAddress accepted() {
        return isPath() ? path() : (lastAccepted = Sockaddr.read(memory, 0, lastAccepted));
    }

    SocketAddress localAddress(int fd) throws EngineException {
        memory.putInt(LENGTH, SockaddrUn.LENGTH);
        check("getsockname", Libc.getsockname(fd, address, address + LENGTH));
        return isPath() ? path() : (lastLocal = Sockaddr.read(memory, 0, lastLocal));
    }

    /** Of one that is at no path. */
    InetSocketAddress inetAddress(int fd) throws EngineException {
        return (InetSocketAddress) localAddress(fd);
    }

    private boolean isPath() {
        return memory.getShort(0) == Libc.AF_UNIX;
    }

    private UnixDomainSocketAddress path() {
        UnixDomainSocketAddress path = SockaddrUn.read(memory, memory.getInt(LENGTH), lastPath);
        if (path != SockaddrUn.UNNAMED) {
            lastPath = path;
        }
        return path;
    }

    /** The error number a socket has in store, or 0; asking takes it away. */
    int takeError(int fd) {
        memory.putInt(LENGTH, Integer.BYTES);
        int result = Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ERROR, address, address + LENGTH);
        return result == -1 ? Errno.last() : memory.getInt(0);
    }

    private static void check(String call, int result) throws EngineException {
        if (result == -1) {
            throw Errno.failed(call);
        }
    }

    /** Returns the length of what was written. A wildcard fits every family. */
    private int write(int family, SocketAddress local) throws EngineException {
        if (local instanceof UnixDomainSocketAddress unix) {
            return SockaddrUn.write(memory, unix);
        }
        InetSocketAddress inet = (InetSocketAddress) local;
        if (family != family(inet) && !inet.getAddress().isAnyLocalAddress()) {
            throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Unusable address: " + inet);
        }
        return Sockaddr.write(memory, 0, family, inet);
    }
}
