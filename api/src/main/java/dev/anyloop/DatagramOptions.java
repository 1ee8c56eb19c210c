package dev.anyloop;

import java.net.NetworkInterface;
import org.jspecify.annotations.Nullable;

/**
 * How a datagram socket is bound and sends. Immutable; start from {@link #defaults()}.
 *
 * @param broadcast SO_BROADCAST: whether it may send to broadcast addresses; default no (DGRAM-012)
 * @param reuseAddress SO_REUSEADDR: whether the port may be shared with sockets that have this option too; default no
 * @param receiveBufferSize SO_RCVBUF in bytes, 0 for the system's default, which on Linux holds some 250 short datagrams or 90 of 1,400
 *     bytes: what comes while it is full is lost, and nobody is told
 * @param sendBufferSize SO_SNDBUF in bytes, 0 for the system's default
 * @param sendQueueBytes how much memory the datagrams may take that wait because the system's buffer is full; each takes its length,
 *     rounded up to a power of two, and at least 512; default 256 KiB (DGRAM-003); one without bytes may always wait (DGRAM-004)
 * @param multicastInterface by which interface datagrams to a group leave, or null for the system's choice (DGRAM-013)
 * @param multicastTtl how many networks they cross, 0 to 255; default 1: they stay in this one
 * @param multicastLoopback whether sockets of this machine hear them too; default yes
 */
public record DatagramOptions(
        boolean broadcast,
        boolean reuseAddress,
        int receiveBufferSize,
        int sendBufferSize,
        int sendQueueBytes,
        @Nullable NetworkInterface multicastInterface,
        int multicastTtl,
        boolean multicastLoopback) {

    private static final DatagramOptions DEFAULTS = new DatagramOptions(false, false, 0, 0, 256 * 1024, null, 1, true);

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a size is negative or the TTL out of range; the message names the value
     */
    public DatagramOptions {
        if (receiveBufferSize < 0) {
            throw new IllegalArgumentException("receiveBufferSize < 0: " + receiveBufferSize + " (0 is the system's default)");
        }
        if (sendBufferSize < 0) {
            throw new IllegalArgumentException("sendBufferSize < 0: " + sendBufferSize + " (0 is the system's default)");
        }
        if (sendQueueBytes < 0) {
            throw new IllegalArgumentException("sendQueueBytes < 0: " + sendQueueBytes + " (0 lets nothing wait)");
        }
        if (multicastTtl < 0 || multicastTtl > 255) {
            throw new IllegalArgumentException("multicastTtl out of range 0 to 255: " + multicastTtl);
        }
    }

    /**
     * No broadcast, no sharing, the system's buffers, a queue of 256 KiB, and what is sent to groups stays in the network.
     *
     * @return the default options
     */
    public static DatagramOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets SO_BROADCAST.
     *
     * @param on true to be allowed to send to broadcast addresses
     * @return the changed options
     */
    public DatagramOptions withBroadcast(boolean on) {
        return new DatagramOptions(on, reuseAddress, receiveBufferSize, sendBufferSize, sendQueueBytes, multicastInterface,
                multicastTtl, multicastLoopback);
    }

    /**
     * Sets SO_REUSEADDR, so that several sockets of one machine can receive what is sent to one group. What is sent to one address
     * only one of them gets, on Linux the one that was bound last.
     *
     * @param on true to share the port with others that have it on
     * @return the changed options
     */
    public DatagramOptions withReuseAddress(boolean on) {
        return new DatagramOptions(broadcast, on, receiveBufferSize, sendBufferSize, sendQueueBytes, multicastInterface,
                multicastTtl, multicastLoopback);
    }

    /**
     * Sets the sizes of the kernel's buffers.
     *
     * @param receive SO_RCVBUF in bytes, 0 for the system's default
     * @param send SO_SNDBUF in bytes, 0 for the system's default
     * @return the changed options
     */
    public DatagramOptions withBufferSizes(int receive, int send) {
        return new DatagramOptions(broadcast, reuseAddress, receive, send, sendQueueBytes, multicastInterface, multicastTtl,
                multicastLoopback);
    }

    /**
     * Sets how much may wait to be sent.
     *
     * @param bytes of memory; 0 lets nothing wait but one datagram without bytes (DGRAM-004)
     * @return the changed options
     */
    public DatagramOptions withSendQueueBytes(int bytes) {
        return new DatagramOptions(broadcast, reuseAddress, receiveBufferSize, sendBufferSize, bytes, multicastInterface,
                multicastTtl, multicastLoopback);
    }

    /**
     * Sets by which interface datagrams to a multicast group leave. It is looked at when the socket is bound, which throws if it is
     * not there any more, or has no IPv4 address for a socket that is bound to one (DGRAM-013).
     *
     * @param leavingBy an interface of this machine, or null for the system's choice
     * @return the changed options
     */
    public DatagramOptions withMulticastInterface(@Nullable NetworkInterface leavingBy) {
        return new DatagramOptions(broadcast, reuseAddress, receiveBufferSize, sendBufferSize, sendQueueBytes, leavingBy,
                multicastTtl, multicastLoopback);
    }

    /**
     * Sets how many networks a datagram to a multicast group crosses.
     *
     * @param ttl 0 to 255; 1 keeps it in this network, 0 on this machine, but Linux sends it beyond that where nobody on the machine has
     *     joined the group on that interface (DGRAM-013)
     * @return the changed options
     */
    public DatagramOptions withMulticastTtl(int ttl) {
        return new DatagramOptions(broadcast, reuseAddress, receiveBufferSize, sendBufferSize, sendQueueBytes, multicastInterface,
                ttl, multicastLoopback);
    }

    /**
     * Sets whether this machine hears what it sends to a multicast group.
     *
     * @param on true if sockets of this machine that have joined get it too
     * @return the changed options
     */
    public DatagramOptions withMulticastLoopback(boolean on) {
        return new DatagramOptions(broadcast, reuseAddress, receiveBufferSize, sendBufferSize, sendQueueBytes, multicastInterface,
                multicastTtl, on);
    }
}
