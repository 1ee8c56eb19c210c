package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses read from text and written as text, the same everywhere (CONN-007, ERR-001). */
public final class Addresses {

    /** Of addresses that have none. */
    public static final int NO_PORT = -1;

    /** The index of no interface: of a zone that this machine has not. */
    static final int NO_ZONE = Integer.MAX_VALUE;

    private Addresses() {}

    /**
     * Reads a literal address: a dotted quad, or IPv6 with or without brackets and zone. The JDK's parser is not asked
     * about anything without a colon, because it also takes short and octal forms, nor about zones, because it calls one
     * that is not there a name that cannot be resolved.
     *
     * @return null if the text is a name
     * @throws AddressException if it has a colon, as no name does, and yet is no address
     */
    public static @Nullable InetAddress literal(String host) throws AddressException {
        if (host.indexOf(':') < 0) {
            byte[] quad = dottedQuad(host);
            return quad == null ? null : of(quad);
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String text = bracketed ? host.substring(1, host.length() - 1) : host;
        int percent = text.indexOf('%');
        try {
            return percent < 0 ? InetAddress.getByName("[" + text + "]")
                    : zoned(InetAddress.getByName("[" + text.substring(0, percent) + "]"), text.substring(percent + 1));
        } catch (UnknownHostException e) {
            throw noName("not an address, and no name has a colon (give the host alone, without scheme and port)");
        }
    }

    private static InetAddress zoned(InetAddress address, String zone) throws AddressException, UnknownHostException {
        if (!(address instanceof Inet6Address)) {
            throw noName("an IPv4 address has no zone");
        } else if (zone.isEmpty()) {
            throw noName("no zone after the % (give an interface, for example fe80::1%eth0)");
        }
        return Inet6Address.getByAddress(null, address.getAddress(), zoneIndex(zone));
    }

    private static AddressException noName(String why) {
        return new AddressException(ErrorKind.DNS_FAILURE, why);
    }

    private static int zoneIndex(String zone) {
        try {
            if (zone.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Integer.parseInt(zone);
            }
            NetworkInterface named = NetworkInterface.getByName(zone);
            return named == null ? NO_ZONE : named.getIndex();
        } catch (NumberFormatException | SocketException e) {
            return NO_ZONE;
        }
    }

    private static byte @Nullable [] dottedQuad(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] quad = new byte[4];
        for (int i = 0; i < 4; i++) {
            int value = octet(parts[i]);
            if (value < 0) {
                return null;
            }
            quad[i] = (byte) value;
        }
        return quad;
    }

    /** 0 to 255 in decimal without leading zeros, else -1. */
    private static int octet(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = Integer.parseInt(text);
        return value <= 255 ? value : -1;
    }

    public static boolean sameFamily(InetAddress one, InetAddress other) {
        return one instanceof Inet4Address == other instanceof Inet4Address;
    }

    /** Also in the form of an IPv4-mapped one. */
    public static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address || of(address.getAddress()) instanceof Inet4Address;
    }

    /** IPv4 if it is IPv4-mapped (CONN-021). */
    public static InetAddress unmapped(InetAddress address) {
        return address instanceof Inet6Address && of(address.getAddress()) instanceof Inet4Address four ? four : address;
    }

    public static boolean isWildcard(InetAddress address) {
        return of(address.getAddress()).isAnyLocalAddress(); // as IPv4 if it is IPv4-mapped
    }

    /** Also of the same zone, which the JDK does not compare: the same link-local address may be on every link. */
    public static boolean isSame(InetSocketAddress one, InetSocketAddress other) {
        return one.equals(other) && zone(one.getAddress()) == zone(other.getAddress());
    }

    private static int zone(InetAddress address) {
        return address instanceof Inet6Address six ? six.getScopeId() : 0;
    }

    public static InetAddress wildcardFor(InetAddress family) {
        return of(new byte[family.getAddress().length]);
    }

    /** The loopback address for a wildcard, which connects to that anyway: so it is the address of the connection. */
    public static InetAddress connectable(InetAddress address) {
        if (!address.isAnyLocalAddress()) {
            return address;
        }
        byte[] loopback = new byte[address.getAddress().length];
        loopback[loopback.length - 1] = 1;
        if (loopback.length == 4) {
            loopback[0] = 127;
        }
        return of(loopback);
    }

    /** The families take turns, beginning with that of the first; within each the order stays (CONN-010). */
    public static List<InetAddress> alternating(List<InetAddress> addresses) {
        Deque<InetAddress> others = new ArrayDeque<>(addresses);
        Deque<InetAddress> firsts = new ArrayDeque<>();
        others.removeIf(address -> sameFamily(address, addresses.get(0)) && firsts.add(address));
        List<InetAddress> mixed = new ArrayList<>(addresses.size());
        while (mixed.size() < addresses.size()) {
            mixed.add(firsts.isEmpty() ? others.remove() : firsts.remove());
            if (!others.isEmpty()) {
                mixed.add(others.remove());
            }
        }
        return mixed;
    }

    /** Of 4 or 16 bytes; the JDK makes an IPv4 address of an IPv4-mapped one. */
    static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for arrays of other lengths
        }
    }

    /** {@code 1.2.3.4:80} or {@code [2001:db8::1]:80}; a host name and a path as they are. */
    public static String format(SocketAddress address) {
        return format(host(address), port(address));
    }

    public static String format(String host, int port) {
        if (port == NO_PORT) {
            return host.isEmpty() ? "(unnamed)" : host;
        }
        boolean isAddress = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
        return (isAddress ? "[" + host + "]" : host) + ":" + port;
    }

    /** The address in numbers, or the name if it is not resolved; or the path. */
    public static String host(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? host(inet) : path(address).toString();
    }

    /** {@link #NO_PORT} with a path. */
    public static int port(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : NO_PORT;
    }

    /** Of a Unix-domain socket, the only ones besides those of the internet. */
    private static Path path(SocketAddress address) {
        return ((UnixDomainSocketAddress) address).getPath();
    }

    private static String host(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        if (resolved == null) {
            return address.getHostString();
        }
        return format(resolved);
    }

    /** Without a port, and without brackets. */
    public static String format(InetAddress address) {
        return address instanceof Inet6Address six ? shortest(six) : address.getHostAddress();
    }

    /** The form of RFC 5952: the longest run of two or more zero groups becomes "::". */
    private static String shortest(Inet6Address address) {
        byte[] bytes = address.getAddress();
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int from = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                from = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == from) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        String full = address.getHostAddress();
        return address.getScopeId() == 0 ? text.toString() : text + full.substring(full.indexOf('%'));
    }
}
