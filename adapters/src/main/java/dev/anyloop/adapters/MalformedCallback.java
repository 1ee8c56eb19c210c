package dev.anyloop.adapters;

import dev.anyloop.Socket;
import java.net.ProtocolException;

/** Told that a peer has sent what is no frame. */
@FunctionalInterface
public interface MalformedCallback {

    /**
     * Called on the loop thread at most once, after the frames before it. The socket is still open, so that the peer can be told; what it
     * sends is discarded from now on.
     *
     * @param socket the socket, to be closed or aborted
     * @param error what is wrong, such as "a line of more than 4096 bytes"
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler} (LOOP-011)
     */
    void malformed(Socket socket, ProtocolException error) throws Exception;
}
