package dev.anyloop;

/**
 * Told what the network did to a datagram; the socket goes on.
 */
@FunctionalInterface
public interface DatagramErrorCallback {

    /**
     * Called on the loop thread. The socket is not closed by it (DGRAM-007, DGRAM-008).
     *
     * @param socket the socket it is about
     * @param error what happened: for example {@link ErrorKind#CONNECT_REFUSED} if nobody is there to receive what a connected
     *     socket sends, with the address that the datagram was for
     * @throws Exception goes to the {@link EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void failed(DatagramSocket socket, NetworkException error) throws Exception;
}
