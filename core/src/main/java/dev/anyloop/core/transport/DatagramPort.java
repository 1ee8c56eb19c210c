package dev.anyloop.core.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A bound datagram socket of a {@link Transport}. */
public interface DatagramPort {

    /**
     * Sends a datagram without blocking, or nothing of it (SEAM-016). An engine that sends later copies it, takes a bounded number
     * of them, and tells of errors by {@link DatagramEvents#sendFailed}.
     *
     * @param data a direct buffer, of which nothing is kept: all from position to limit, or nothing; the engine may move the
     *     position. At most 65,507 bytes for IPv4, 65,527 for IPv6
     * @param to a resolved address in its plainest form, of a family that the port is bound for; null for the peer, exactly if the
     *     port is connected
     * @return true if it is taken; false if there is no room, and {@link DatagramEvents#sendable} follows
     * @throws IOException if it could not be sent
     */
    boolean send(ByteBuffer data, @Nullable InetSocketAddress to) throws IOException;

    /**
     * Connects, to another peer than before if there was one. The system then refuses what others send, and tells by
     * {@link DatagramEvents#receiveFailed} or {@link #send} that nobody is at the peer. Datagrams that have come already may be lost
     * or told: core looks who has sent them. What the peer before has refused and is not told yet is forgotten.
     *
     * @param peer as plain as for {@link #send}, or null for none
     * @throws IOException if the system refuses it; the port is not connected then
     */
    void connect(@Nullable InetSocketAddress peer) throws IOException;

    /**
     * Joins a multicast group. Core does not join one twice, nor for a source and for everybody at once.
     *
     * @param group of the family that the port is bound for
     * @param on the interface as it is now; for a group of IPv4 it has an IPv4 address (DGRAM-013)
     * @param source who alone is heard, of the same family, or null for everybody
     * @throws IOException if the system refuses it
     */
    void join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException;

    /**
     * Leaves a multicast group that was joined.
     *
     * @param group as for {@link #join}
     * @param on as for {@link #join}
     * @param source as for {@link #join}
     * @throws IOException if the system refuses it
     */
    void leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException;

    /** Receives no more. What was already read may still be delivered (SEAM-017). */
    void pauseReceiving();

    /** Receives; it starts paused. The next {@code poll} reports what the kernel already holds (SEAM-008). */
    void resumeReceiving();

    /**
     * Begins the release. Only {@link DatagramEvents#closed} follows, inside {@code poll}, when the port is free (SEAM-018). What
     * {@link #send} has taken is sent. Core calls it exactly once.
     */
    void close();

    /**
     * The address it is bound to, with the port the system chose. Core asks once, when it is bound.
     *
     * @return the address
     */
    InetSocketAddress localAddress();
}
