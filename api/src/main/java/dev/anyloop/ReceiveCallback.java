package dev.anyloop;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Receives datagrams.
 */
@FunctionalInterface
public interface ReceiveCallback {

    /**
     * Called on the loop thread for each datagram, in the order in which they came (DGRAM-002).
     *
     * @param socket the socket that received it
     * @param sender who has sent it, to answer to: an IPv4 address if it came by IPv4
     * @param data all of it, 0 to 65,527 bytes: a view that is valid during this call only; when the call has returned it has
     *     nothing remaining. Copy what must be kept; mind that a {@code duplicate} or {@code slice} made of it is not protected
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void received(DatagramSocket socket, InetSocketAddress sender, ByteBuffer data) throws Exception;
}
