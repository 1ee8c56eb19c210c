package dev.anyloop.core.datagram;

import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.Reachable;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** Makes the datagram sockets of a loop, and has what they share. */
public final class Datagrams {

    // set once
    final Loop loop;
    final Delivery delivery;

    public Datagrams(Loop loop) {
        this.loop = loop;
        this.delivery = new Delivery(loop);
    }

    /**
     * Binds one.
     *
     * @param host the address as the user wrote it
     * @throws NetworkException if that fails (DGRAM-001)
     */
    public DatagramSocket bind(String host, InetSocketAddress local, DatagramOptions options) {
        try {
            InetAddress plain = Reachable.origin(local.getAddress(), loop.transport.hasIpv6());
            return CoreDatagramSocket.bind(this, new InetSocketAddress(plain, local.getPort()), current(options, plain));
        } catch (IOException cause) {
            throw Failures.exception(cause, Operation.BIND, host, local.getPort());
        }
    }

    /** With the interface as it is now. A socket of both families may send by one that has only IPv6. */
    private static DatagramOptions current(DatagramOptions options, InetAddress plain) throws IOException {
        NetworkInterface by = options.multicastInterface();
        if (by == null) {
            return options;
        }
        return options.withMulticastInterface(
                plain instanceof Inet4Address ? Interfaces.currentOfIpv4(by) : Interfaces.current(by));
    }
}
