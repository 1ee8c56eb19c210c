package dev.anyloop.core.datagram;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.AddressException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;

/**
 * Interfaces for groups, as they are now: what the user has may be long gone, or know addresses of another time. Engines differ in
 * what they make of one without an IPv4 address, by which the JDK tells the system which is meant (DGRAM-013).
 */
final class Interfaces {

    private Interfaces() {}

    /** The same one, with the addresses it has now. */
    static NetworkInterface current(NetworkInterface given) throws IOException {
        NetworkInterface now = NetworkInterface.getByName(given.getName());
        if (now == null || now.getIndex() != given.getIndex()) {
            throw notAvailable("there is no interface " + given.getName() + " (" + given.getIndex() + ") any more, or none with an address");
        }
        return now;
    }

    /** The same one, for groups of IPv4. */
    static NetworkInterface currentOfIpv4(NetworkInterface given) throws IOException {
        NetworkInterface now = current(given);
        if (!hasIpv4(now)) {
            throw notAvailable(withoutIpv4(now));
        }
        return now;
    }

    static boolean hasIpv4(NetworkInterface one) {
        return one.inetAddresses().anyMatch(Inet4Address.class::isInstance);
    }

    static String withoutIpv4(NetworkInterface one) {
        return "the interface " + one.getName() + " has no IPv4 address";
    }

    private static AddressException notAvailable(String why) {
        return new AddressException(ErrorKind.ADDRESS_NOT_AVAILABLE, why);
    }
}
