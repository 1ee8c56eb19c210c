package dev.anyloop.libevent;

import dev.anyloop.ErrorKind;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The socket calls that pass structures, through one small piece of memory. */
final class Sockets {

    // struct sockaddr_in and sockaddr_in6: family, port, IPv4 address; flow, IPv6 address, scope; then a socklen_t.
    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6 = 8;
    private static final int SCOPE = 24;
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;
    private static final int LENGTH = 28;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    private final long address = Libc.addressOf(memory);

    // Loop thread: the last ones, which are often the next ones too; thousands of connections then share them.
    private @Nullable InetSocketAddress lastAccepted;
    private @Nullable InetSocketAddress lastLocal;

    static InetSocketAddress usable(SocketAddress address) throws EngineException {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            return inet;
        }
        throw new EngineException(ErrorKind.OTHER, "Unusable address: " + address);
    }

    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? Libc.AF_INET6 : Libc.AF_INET;
    }

    int open(int family) throws EngineException {
        int fd = Libc.socket(family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd == -1) {
            throw Errno.failed("socket");
        }
        return fd;
    }

    /** Sets what differs from the system's defaults. What a listening socket has, Linux gives to those it accepts. */
    void configure(int fd, SocketOptions options) throws EngineException {
        if (options.noDelay()) {
            set(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        }
        if (options.keepAlive()) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
        }
        if (options.receiveBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.receiveBufferSize());
        }
        if (options.sendBufferSize() > 0) {
            set(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, options.sendBufferSize());
        }
    }

    void set(int fd, int level, int option, int value) throws EngineException {
        memory.putInt(0, value);
        check("setsockopt", Libc.setsockopt(fd, level, option, address, Integer.BYTES));
    }

    void bind(int fd, int family, InetSocketAddress local) throws EngineException {
        check("bind", Libc.bind(fd, address, write(family, local)));
    }

    void connect(int fd, int family, InetSocketAddress remote) throws EngineException {
        if (Libc.connect(fd, address, write(family, remote)) == -1) {
            int errno = Errno.last();
            if (errno != Errno.EINPROGRESS && errno != Errno.EINTR) { // interrupted, it goes on all the same
                throw Errno.failed("connect", errno);
            }
        }
    }

    /** Returns −1 for a failure; otherwise {@link #accepted()} is the peer's address. */
    int accept(int fd) {
        memory.putInt(LENGTH, IPV6_LENGTH);
        return Libc.accept4(fd, address, address + LENGTH, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
    }

    InetSocketAddress accepted() {
        return lastAccepted = read(lastAccepted);
    }

    InetSocketAddress localAddress(int fd) throws EngineException {
        memory.putInt(LENGTH, IPV6_LENGTH);
        check("getsockname", Libc.getsockname(fd, address, address + LENGTH));
        return lastLocal = read(lastLocal);
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
    private int write(int family, InetSocketAddress inet) throws EngineException {
        InetAddress host = inet.getAddress();
        if (family != family(inet) && !host.isAnyLocalAddress()) {
            throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Unusable address: " + inet);
        }
        memory.putLong(0, 0).putLong(8, 0).putLong(16, 0).putInt(SCOPE, 0);
        memory.putShort(0, (short) family);
        memory.put(PORT, (byte) (inet.getPort() >> 8)).put(PORT + 1, (byte) inet.getPort());
        if (family == Libc.AF_INET) {
            memory.put(IPV4, host.getAddress(), 0, 4);
            return IPV4_LENGTH;
        }
        if (host instanceof Inet6Address ipv6) {
            memory.put(IPV6, ipv6.getAddress()).putInt(SCOPE, scope(ipv6));
        }
        return IPV6_LENGTH;
    }

    /** An IPv4 peer of an IPv6 socket comes as plain IPv4: {@link InetAddress#getByAddress} sees to that. */
    private InetSocketAddress read(@Nullable InetSocketAddress last) {
        boolean ipv6 = memory.getShort(0) == Libc.AF_INET6;
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        memory.get(ipv6 ? IPV6 : IPV4, bytes);
        int port = (memory.get(PORT) & 0xff) << 8 | memory.get(PORT + 1) & 0xff;
        int scope = ipv6 ? memory.getInt(SCOPE) : 0;
        if (last != null && scope == scope(last.getAddress()) && Arrays.equals(bytes, last.getAddress().getAddress())) {
            return port == last.getPort() ? last : new InetSocketAddress(last.getAddress(), port);
        }
        try {
            InetAddress host =
                    scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }

    private static int scope(InetAddress host) {
        return host instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
    }
}
