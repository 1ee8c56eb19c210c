package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A {@code struct sockaddr_in}, {@code sockaddr_in6} or {@code sockaddr_un} somewhere in native memory. */
final class Sockaddr {

    static final int IPV4_LENGTH = 16;
    static final int IPV6_LENGTH = 28;

    /** Of the longest path, which need not have a NUL at its end. */
    static final int UNIX_LENGTH = 110;

    static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    // family, port, IPv4 address; or family, port, flow, IPv6 address, scope; or family, path
    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6 = 8;
    private static final int IPV4_IN_IPV6 = IPV6 + 12;
    private static final int SCOPE = 24;
    private static final int PATH = 2;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    /** As the JDK writes paths for the system. */
    private static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private Sockaddr() {}

    /**
     * Writes an address. For IPv6 an IPv4 address is mapped, and its wildcard is that of IPv6.
     *
     * @return the length of what was written
     */
    static int write(MemorySegment memory, long at, int family, InetSocketAddress address) {
        InetAddress host = address.getAddress();
        memory.asSlice(at, IPV6_LENGTH).fill((byte) 0);
        memory.set(JAVA_SHORT, at, (short) family);
        memory.set(NETWORK_SHORT, at + PORT, (short) address.getPort());
        if (family == Sockets.AF_INET) {
            MemorySegment.copy(host.getAddress(), 0, memory, JAVA_BYTE, at + IPV4, 4);
            return IPV4_LENGTH;
        }
        if (host instanceof Inet6Address ipv6) {
            MemorySegment.copy(ipv6.getAddress(), 0, memory, JAVA_BYTE, at + IPV6, 16);
            memory.set(JAVA_INT, at + SCOPE, ipv6.getScopeId());
        } else if (!host.isAnyLocalAddress()) {
            memory.set(JAVA_SHORT, at + IPV4_IN_IPV6 - 2, (short) -1);
            MemorySegment.copy(host.getAddress(), 0, memory, JAVA_BYTE, at + IPV4_IN_IPV6, 4);
        }
        return IPV6_LENGTH;
    }

    /**
     * Reads an address. One of an IPv4 peer of an IPv6 socket comes as plain IPv4: {@link InetAddress#getByAddress} sees to that.
     *
     * @param last is returned if it is the same, and shares its host if that is
     */
    static InetSocketAddress read(MemorySegment memory, long at, @Nullable InetSocketAddress last) {
        boolean ipv6 = memory.get(JAVA_SHORT, at) == Sockets.AF_INET6;
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        MemorySegment.copy(memory, JAVA_BYTE, at + (ipv6 ? IPV6 : IPV4), bytes, 0, bytes.length);
        int port = Short.toUnsignedInt(memory.get(NETWORK_SHORT, at + PORT));
        int scope = ipv6 ? memory.get(JAVA_INT, at + SCOPE) : 0;
        if (last != null && scope == scope(last.getAddress()) && Arrays.equals(bytes, last.getAddress().getAddress())) {
            return port == last.getPort() ? last : new InetSocketAddress(last.getAddress(), port);
        }
        try {
            InetAddress host = scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }

    private static int scope(InetAddress host) {
        return host instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
    }

    /** Returns the length of what was written, with a NUL at the end. */
    static int write(MemorySegment memory, UnixDomainSocketAddress address) {
        byte[] path = address.getPath().toString().getBytes(ENCODING);
        memory.set(JAVA_SHORT, 0, (short) Sockets.AF_UNIX);
        MemorySegment.copy(path, 0, memory, JAVA_BYTE, PATH, path.length);
        memory.set(JAVA_BYTE, PATH + path.length, (byte) 0);
        return PATH + path.length + 1;
    }

    /**
     * Reads an address. Names that are no paths, which Linux has as well, the JDK cannot express, nor those with bytes that are
     * no characters here; they are none (UNIX-002).
     *
     * @param last is returned if it is the same
     */
    static UnixDomainSocketAddress read(MemorySegment memory, int length, @Nullable UnixDomainSocketAddress last) {
        int end = PATH;
        while (end < length && memory.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        if (end == PATH) {
            return UNNAMED;
        }
        String path = new String(memory.asSlice(PATH, end - PATH).toArray(JAVA_BYTE), ENCODING);
        return last != null && path.equals(last.toString()) ? last : address(path);
    }

    private static UnixDomainSocketAddress address(String path) {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (InvalidPathException e) {
            return UNNAMED;
        }
    }
}
