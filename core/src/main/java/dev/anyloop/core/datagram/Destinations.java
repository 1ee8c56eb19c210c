package dev.anyloop.core.datagram;

import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.core.net.AddressException;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.net.Reachable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a socket may send, and where to: what is misuse is the same on all engines (DGRAM-006). */
final class Destinations {

    /** What the length field of the header leaves: in IPv4 it counts the IP header too. */
    private static final int MOST_BYTES_IPV4 = 65_507;
    private static final int MOST_BYTES_IPV6 = 65_527;

    // set once
    private final InetSocketAddress local;
    private final boolean broadcast;
    private final @Nullable NetworkInterface withoutIpv4;
    private final boolean ipv6;

    /** @param ipv6 whether the engine has it */
    Destinations(InetSocketAddress local, DatagramOptions options, boolean ipv6) {
        NetworkInterface by = options.multicastInterface();
        this.local = local;
        this.broadcast = options.broadcast();
        this.withoutIpv4 = by == null || Interfaces.hasIpv4(by) ? null : by;
        this.ipv6 = ipv6;
    }

    InetSocketAddress check(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("not an internet address: " + address + " (use an InetSocketAddress)");
        } else if (inet.isUnresolved()) {
            throw new IllegalArgumentException("address is not resolved: " + inet.getHostString()
                    + " (datagram sockets resolve no names: it would block the loop)");
        } else if (inet.getPort() == 0) {
            throw new IllegalArgumentException("port out of range 1 to 65535: 0");
        }
        checkFamily(inet.getAddress(), false);
        if (!broadcast && Addresses.unmapped(inet.getAddress()).equals(Reachable.BROADCAST)) {
            throw new IllegalArgumentException("broadcast without the option: " + Addresses.format(inet)
                    + " (use DatagramOptions.withBroadcast(true))");
        }
        return inet;
    }

    void checkGroup(InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not a multicast address: " + Addresses.format(group)
                    + " (224.0.0.0 to 239.255.255.255, or ff00::/8)");
        }
        checkFamily(group, true);
    }

    /** @param exactly whether a socket for both families is for IPv6 only: systems differ in the groups of the other */
    void checkFamily(InetAddress address, boolean exactly) {
        boolean four = Addresses.isIpv4(address);
        boolean boundFour = local.getAddress().getAddress().length == 4;
        boolean both = !exactly && local.getAddress().isAnyLocalAddress() && !boundFour;
        if (four != boundFour && !both) {
            throw new IllegalArgumentException("address of another family: " + Addresses.format(address) + ", on a socket that is bound to "
                    + Addresses.format(local) + " (bind " + (four ? "an IPv4 address or null" : "an IPv6 address or \"::\"") + ")");
        }
    }

    void checkLength(ByteBuffer data, InetSocketAddress to) {
        int most = Addresses.isIpv4(to.getAddress()) ? MOST_BYTES_IPV4 : MOST_BYTES_IPV6;
        if (data.remaining() > most) {
            throw new IllegalArgumentException("datagram too large: " + data.remaining() + " bytes, at most " + most
                    + " to " + Addresses.format(to));
        }
    }

    /** As the engine is shown it. */
    InetSocketAddress plain(InetSocketAddress to) throws IOException {
        InetAddress plain = Addresses.connectable(Reachable.destination(to.getAddress(), ipv6));
        if (withoutIpv4 != null && plain.isMulticastAddress() && plain instanceof Inet4Address) {
            throw new AddressException(ErrorKind.UNREACHABLE, Interfaces.withoutIpv4(withoutIpv4));
        }
        return plain == to.getAddress() ? to : new InetSocketAddress(plain, to.getPort());
    }
}
