package dev.anyloop.libevent;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A {@code struct sockaddr_in} or {@code sockaddr_in6} somewhere in native memory. */
final class Sockaddr {

    /** Of the longer of them. */
    static final int LENGTH = 28;

    // family, port, IPv4 address; or family, port, flow, IPv6 address, scope
    private static final int PORT = 2;
    private static final int IPV4 = 4;
    private static final int IPV6 = 8;
    private static final int IPV4_IN_IPV6 = IPV6 + 12;
    private static final int SCOPE = 24;
    private static final int IPV4_LENGTH = 16;

    private Sockaddr() {}

    /**
     * Writes an address. For IPv6 an IPv4 address is mapped, and its wildcard is that of IPv6.
     *
     * @return the length of what was written
     */
    static int write(ByteBuffer memory, int at, int family, InetSocketAddress address) {
        InetAddress host = address.getAddress();
        memory.putLong(at, 0).putLong(at + 8, 0).putLong(at + 16, 0).putInt(at + SCOPE, 0);
        memory.putShort(at, (short) family);
        memory.put(at + PORT, (byte) (address.getPort() >> 8)).put(at + PORT + 1, (byte) address.getPort());
        if (family == Libc.AF_INET) {
            memory.put(at + IPV4, host.getAddress(), 0, 4);
            return IPV4_LENGTH;
        }
        if (host instanceof Inet6Address ipv6) {
            memory.put(at + IPV6, ipv6.getAddress()).putInt(at + SCOPE, ipv6.getScopeId());
        } else if (!host.isAnyLocalAddress()) {
            memory.putShort(at + IPV4_IN_IPV6 - 2, (short) -1).put(at + IPV4_IN_IPV6, host.getAddress());
        }
        return LENGTH;
    }

    /**
     * Reads an address. One of an IPv4 peer of an IPv6 socket comes as plain IPv4: {@link InetAddress#getByAddress} sees to that.
     *
     * @param last is returned if it is the same, and shares its host if that is
     */
    static InetSocketAddress read(ByteBuffer memory, int at, @Nullable InetSocketAddress last) {
        boolean ipv6 = memory.getShort(at) == Libc.AF_INET6;
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        memory.get(at + (ipv6 ? IPV6 : IPV4), bytes);
        int port = (memory.get(at + PORT) & 0xff) << 8 | memory.get(at + PORT + 1) & 0xff;
        int scope = ipv6 ? memory.getInt(at + SCOPE) : 0;
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

    /** Whether two that the kernel has written are the same. */
    static boolean equal(ByteBuffer memory, int at, int other) {
        return memory.getLong(at) == memory.getLong(other)
                && (memory.getShort(at) == Libc.AF_INET
                        || memory.getLong(at + 8) == memory.getLong(other + 8)
                                && memory.getLong(at + 16) == memory.getLong(other + 16)
                                && memory.getInt(at + SCOPE) == memory.getInt(other + SCOPE));
    }

    private static int scope(InetAddress host) {
        return host instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
    }
}
