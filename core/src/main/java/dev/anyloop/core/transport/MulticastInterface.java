package dev.anyloop.core.transport;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How an engine on Linux's system calls says by which interface datagrams to a group leave. */
public final class MulticastInterface {

    private static final int LENGTH = 12;
    private static final int ADDRESS = 4;
    private static final int NUMBER = 8;

    private MulticastInterface() {}

    /**
     * The value of the option {@code IP_MULTICAST_IF}, a {@code struct ip_mreqn}. With the number alone, the sender of a datagram could
     * be an address of another interface (DGRAM-013); IPv6 chooses one of this interface by itself.
     *
     * @param by the interface
     * @return a new direct buffer, in the order of this machine, of which all is to be given to the system
     */
    public static ByteBuffer request(NetworkInterface by) {
        ByteBuffer request = ByteBuffer.allocateDirect(LENGTH).order(ByteOrder.nativeOrder()).putInt(NUMBER, by.getIndex());
        by.inetAddresses()
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .ifPresent(address -> request.put(ADDRESS, address.getAddress()));
        return request;
    }
}
