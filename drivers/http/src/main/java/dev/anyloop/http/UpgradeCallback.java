package dev.anyloop.http;

import dev.anyloop.Socket;
import dev.anyloop.http.protocol.Headers;
import java.nio.ByteBuffer;

/** Takes over a connection that speaks another protocol from now on (RFC 9110, 7.8). */
@FunctionalInterface
public interface UpgradeCallback {

    /**
     * Called on the loop thread, at most once, when nothing of HTTP reads or sends on the connection any more: its callbacks, deadlines
     * and limits are gone, and neither the server nor the client counts it, or closes it. What is written from now on goes behind the
     * head of the answer. Set callbacks before this returns: nothing is received before, so nothing is lost. An error of a socket
     * without an error callback is logged, as elsewhere.
     *
     * @param socket the connection, over TLS if that is what it was; as a server had it, it allows half-open, as a client had it, what its
     *     {@link dev.anyloop.ConnectOptions} say
     * @param headers the fields of the peer's message, to keep: of the request that was upgraded, or of the answer with 101
     * @param first what the peer has sent behind that message already, often nothing; what follows comes to {@link Socket#onRead}. It is
     *     the callback's to keep
     * @throws Exception closes the socket, and goes to the uncaught handler
     */
    void upgraded(Socket socket, Headers headers, ByteBuffer first) throws Exception;
}
