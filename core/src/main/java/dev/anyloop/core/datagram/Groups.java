package dev.anyloop.core.datagram;

import dev.anyloop.Operation;
import dev.anyloop.core.net.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The multicast groups that a datagram socket has joined (DGRAM-013). */
final class Groups {

    private record Membership(InetAddress group, int on, @Nullable InetAddress source) {
        boolean excludes(Membership other) {
            return group.equals(other.group) && on == other.on && (source == null) != (other.source == null);
        }
    }

    // set once
    private final CoreDatagramSocket socket;
    // loop thread
    private final Set<Membership> joined = new HashSet<>(0);

    Groups(CoreDatagramSocket socket) {
        this.socket = socket;
    }

    void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        Membership wanted = checked(group, on, source);
        if (joined.stream().anyMatch(wanted::excludes)) {
            throw new IllegalStateException("joined already, for " + (source == null ? "some sources" : "everybody") + ": "
                    + Addresses.format(group) + " (leave() it before)");
        }
        if (!joined.contains(wanted)) {
            try {
                NetworkInterface now = Addresses.isIpv4(wanted.group) ? Interfaces.currentOfIpv4(on) : Interfaces.current(on);
                socket.port().join(wanted.group, now, wanted.source);
            } catch (IOException cause) {
                throw exception(cause, group);
            }
            joined.add(wanted);
        }
    }

    void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) {
        Membership unwanted = checked(group, on, source);
        if (joined.remove(unwanted)) {
            try {
                socket.port().leave(unwanted.group, on, unwanted.source);
            } catch (IOException cause) {
                throw exception(cause, group);
            }
        }
    }

    private Membership checked(InetAddress givenGroup, NetworkInterface on, @Nullable InetAddress givenSource) {
        Objects.requireNonNull(on, "on");
        InetAddress group = Addresses.unmapped(Objects.requireNonNull(givenGroup, "group"));
        InetAddress source = givenSource == null ? null : Addresses.unmapped(givenSource);
        socket.destinations().checkGroup(group);
        if (source != null) {
            if (source.isMulticastAddress() || source.isAnyLocalAddress()) {
                throw new IllegalArgumentException("not the address of a sender: " + Addresses.format(source));
            }
            socket.destinations().checkFamily(source, true);
        }
        return new Membership(group, on.getIndex(), source);
    }

    private RuntimeException exception(IOException cause, InetAddress group) {
        return CoreDatagramSocket.exception(cause, Operation.JOIN, new InetSocketAddress(group, socket.localAddress().getPort()));
    }
}
