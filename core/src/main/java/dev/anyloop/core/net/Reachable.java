package dev.anyloop.core.net;

import static java.util.stream.Collectors.joining;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;

/**
 * Addresses as an engine is shown them: each in one form (CONN-021), and none that leads nowhere (CONN-020, LISTEN-013). An
 * engine may take an address that it cannot express for another one, so it never sees such.
 */
public final class Reachable {

    public static final InetAddress BROADCAST = Addresses.of(new byte[] {-1, -1, -1, -1});

    /** Enough to see how they are called: a machine with many containers has hundreds. */
    private static final int MOST_ZONES = 8;

    private Reachable() {}

    /** Where to connect to. */
    public static InetAddress remote(InetAddress address, boolean ipv6) throws IOException {
        return plain(address, ipv6, ErrorKind.UNREACHABLE);
    }

    /** Where to connect from, or where to listen. */
    public static InetAddress local(InetAddress address, boolean ipv6) throws IOException {
        return plain(address, ipv6, ErrorKind.ADDRESS_NOT_AVAILABLE);
    }

    /** Where to send a datagram to: to a group and to all, too. */
    public static InetAddress destination(InetAddress address, boolean ipv6) throws IOException {
        return plainest(address, ipv6, ErrorKind.UNREACHABLE);
    }

    /** Where to receive datagrams: at the address of a group, too. */
    public static InetAddress origin(InetAddress address, boolean ipv6) throws IOException {
        return plainest(address, ipv6, ErrorKind.ADDRESS_NOT_AVAILABLE);
    }

    private static InetAddress plain(InetAddress given, boolean ipv6, ErrorKind otherwise) throws IOException {
        if (bare(given).isMulticastAddress() || bare(given).equals(BROADCAST)) {
            throw new AddressException(otherwise, "TCP has neither multicast nor broadcast");
        }
        return plainest(given, ipv6, otherwise);
    }

    /** Without a zone, and IPv4 if it was IPv4-mapped. */
    private static InetAddress bare(InetAddress given) {
        return Addresses.of(given.getAddress());
    }

    private static InetAddress plainest(InetAddress given, boolean ipv6, ErrorKind otherwise) throws IOException {
        if (given instanceof Inet4Address) {
            return given;
        }
        InetAddress bare = bare(given);
        if (bare instanceof Inet4Address) {
            return bare;
        }
        if (!ipv6) {
            throw new AddressException(otherwise, "no IPv6: the engine finds none here, or java.net.preferIPv4Stack is set");
        }
        int zone = ((Inet6Address) given).getScopeId();
        if (zone != 0 && NetworkInterface.getByIndex(zone) == null) {
            throw new AddressException(otherwise, (zone == Addresses.NO_ZONE ? "no such zone" : "no zone " + zone) + " here" + zones());
        }
        if (!bare.isLinkLocalAddress() && !bare.isMCLinkLocal()) {
            return zone == 0 ? given : bare;
        } else if (zone == 0 && bare.isMulticastAddress()) {
            return given; // the system, or an option, chooses the interface
        }
        if (zone == 0) {
            throw new AddressException(otherwise, "a link-local address needs a zone, for example fe80::1%eth0");
        }
        return Inet6Address.getByAddress(null, bare.getAddress(), zone);
    }

    /** By name and number: what was meant may be among them. */
    private static String zones() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(zone -> zone.inetAddresses().anyMatch(Inet6Address.class::isInstance))
                .limit(MOST_ZONES)
                .map(zone -> zone.getName() + " (" + zone.getIndex() + ")")
                .collect(joining(", ", "; there are ", ""));
    }
}
