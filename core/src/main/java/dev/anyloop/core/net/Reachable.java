package dev.anyloop.core.net;

import static java.util.stream.Collectors.joining;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;

/**
 * Addresses as an engine is shown them: each in one form (CONN-021), and none that leads nowhere (CONN-020, LISTEN-013). An
 * engine may take an address that it cannot express for another one, so it never sees such.
 */
public final class Reachable {

    private static final InetAddress BROADCAST = Addresses.of(new byte[] {-1, -1, -1, -1});

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

    private static InetAddress plain(InetAddress given, boolean ipv6, ErrorKind otherwise) throws IOException {
        InetAddress bare = Addresses.of(given.getAddress()); // without a zone, and IPv4 if it was IPv4-mapped
        if (bare.isMulticastAddress() || bare.equals(BROADCAST)) {
            throw new AddressException(otherwise, "TCP has neither multicast nor broadcast");
        }
        if (!(bare instanceof Inet6Address)) {
            return given.equals(bare) ? given : bare; // which may know its name
        }
        if (!ipv6) {
            throw new AddressException(otherwise, "no IPv6: the engine finds none here, or java.net.preferIPv4Stack is set");
        }
        int zone = ((Inet6Address) given).getScopeId();
        if (zone != 0 && NetworkInterface.getByIndex(zone) == null) {
            throw new AddressException(otherwise, (zone == Addresses.NO_ZONE ? "no such zone" : "no zone " + zone) + " here" + zones());
        }
        if (!bare.isLinkLocalAddress()) {
            return zone == 0 ? given : bare;
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
