package dev.anyloop.core.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What a {@link DatagramPort} tells core, inside {@link Transport#poll} only. None of these throws (SEAM-002). */
public interface DatagramEvents {

    /**
     * A datagram came. Core may use the port in this call, to send, pause or close: so the engine looks before it tells the next.
     *
     * @param data all of it, from position to limit, empty too; valid during the call
     * @param sender who has sent it: an IPv4 address if it came by IPv4, a link-local one with its zone
     */
    void received(ByteBuffer data, InetSocketAddress sender);

    /**
     * An error came instead of a datagram: above all, that nobody is at the peer. Told once each; the port goes on (SEAM-017).
     *
     * @param cause the engine's exception
     */
    void receiveFailed(IOException cause);

    /** There is room again, since {@link DatagramPort#send} found none (SEAM-016). */
    void sendable();

    /**
     * A datagram that {@link DatagramPort#send} had taken could not be sent; the port goes on.
     *
     * @param cause the engine's exception
     * @param to whom it was for
     */
    void sendFailed(IOException cause, InetSocketAddress to);

    /** The release begun by {@link DatagramPort#close} is complete and the port is free. Last, exactly once. */
    void closed();
}
