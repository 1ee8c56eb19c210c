package dev.anyloop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket (UDP), made by {@link EventLoop#datagram}: bound, and open until {@link #close()}.
 *
 * <pre>{@code
 * loop.datagram("127.0.0.1", 9003).onReceive((socket, sender, data) -> socket.send(data, sender));
 * }</pre>
 *
 * <p>Datagrams may be lost, on this machine too, doubled and reordered; what arrives is whole. A network failure never closes the
 * socket.
 *
 * <p>All methods but {@link #localAddress()}, {@link #remoteAddress()}, {@link #dropped()} and {@link #loop()} belong to the loop
 * thread; elsewhere they throw {@link IllegalStateException} (THREAD-001). Each callback that is set replaces the one before.
 * On a closed socket all do nothing.
 */
public interface DatagramSocket extends AutoCloseable {

    /**
     * Sends a datagram, at once or, if the system has no room for it, as soon as it has (DGRAM-003).
     *
     * @param data all from position to limit, 65,507 bytes at most to an IPv4 address, 65,527 to an IPv6 one, or none; consumed,
     *     and yours again when this returns
     * @param to a resolved address of a family that the socket is bound for
     * @return true if the system has taken it or it waits; false if it was dropped: the queue is full, see {@link #dropped()}, or
     *     the socket closed, or the error callback follows (DGRAM-008)
     * @throws IllegalArgumentException if there are too many bytes, or the address cannot be sent to (DGRAM-006)
     * @throws IllegalStateException if the socket is connected
     */
    boolean send(ByteBuffer data, SocketAddress to);

    /**
     * Sends a datagram, as {@link #send(ByteBuffer, SocketAddress)} does.
     *
     * @param data all of it; yours again when this returns
     * @param to a resolved address
     * @return true if the system has taken it or it waits; false if it was dropped
     */
    default boolean send(byte[] data, SocketAddress to) {
        return send(ByteBuffer.wrap(data), to);
    }

    /**
     * Sends a datagram to the peer that the socket is connected to; otherwise as {@link #send(ByteBuffer, SocketAddress)} does.
     *
     * @param data all from position to limit; consumed, and yours again when this returns
     * @return true if the system has taken it or it waits; false if it was dropped
     * @throws IllegalArgumentException if there are too many bytes (DGRAM-006)
     * @throws IllegalStateException if the socket is not connected
     */
    boolean send(ByteBuffer data);

    /**
     * Sends a datagram to the peer, as {@link #send(ByteBuffer)} does.
     *
     * @param data all of it; yours again when this returns
     * @return true if the system has taken it or it waits; false if it was dropped
     */
    default boolean send(byte[] data) {
        return send(ByteBuffer.wrap(data));
    }

    /**
     * Takes a peer, instead of the one before: from now on only what that one sends is received, and {@link #send(ByteBuffer)} goes
     * there (DGRAM-005). Nothing is sent by this. Only a connected socket hears that nobody is there (DGRAM-007).
     *
     * @param peer a resolved address of a family that the socket is bound for
     * @return this socket
     * @throws IllegalArgumentException if the address cannot be sent to (DGRAM-006)
     * @throws NetworkException if the system refuses it; the socket is not connected then
     */
    DatagramSocket connect(SocketAddress peer);

    /**
     * Takes everybody again. Does nothing if the socket is not connected.
     *
     * @return this socket
     */
    DatagramSocket disconnect();

    /**
     * Joins a multicast group (DGRAM-013). A second call for the same does nothing. Bind to a wildcard address or to the group itself: on
     * Linux a socket that is bound to another address hears no group, though it may join.
     *
     * @param group a multicast address of the family that the socket is bound for
     * @param on the interface to hear it on
     * @return this socket
     * @throws IllegalArgumentException if that is no multicast address, or of another family
     * @throws NetworkException if the system refuses it, or the interface is not there any more, or has no IPv4 address for such a group
     */
    default DatagramSocket join(InetAddress group, NetworkInterface on) {
        return join(group, on, null);
    }

    /**
     * Joins a multicast group for what one source sends (DGRAM-013).
     *
     * @param group a multicast address of the family that the socket is bound for
     * @param on the interface to hear it on
     * @param source who alone is heard, or null for everybody
     * @return this socket
     * @throws IllegalArgumentException if that is no multicast address, or one of them is of another family
     * @throws NetworkException if the system refuses it, or the interface is not there any more, or has no IPv4 address for such a group
     */
    DatagramSocket join(InetAddress group, NetworkInterface on, @Nullable InetAddress source);

    /**
     * Leaves a multicast group. Does nothing if it was not joined.
     *
     * @param group as it was joined
     * @param on as it was joined
     * @return this socket
     * @throws NetworkException if the system refuses it, with the operation {@link Operation#JOIN}; it counts as left
     */
    default DatagramSocket leave(InetAddress group, NetworkInterface on) {
        return leave(group, on, null);
    }

    /**
     * Leaves a multicast group that was joined for what one source sends. Does nothing if it was not joined so.
     *
     * @param group as it was joined
     * @param on as it was joined
     * @param source as it was joined
     * @return this socket
     * @throws NetworkException if the system refuses it, with the operation {@link Operation#JOIN}; it counts as left
     */
    DatagramSocket leave(InetAddress group, NetworkInterface on, @Nullable InetAddress source);

    /**
     * Receives nothing from now on (DGRAM-009). What comes meanwhile waits in the system's buffer, as far as that goes; so a pause
     * costs datagrams, not the sender's time. A second call does nothing.
     *
     * @return this socket
     */
    DatagramSocket pause();

    /**
     * Receives again. Does nothing if the socket is not paused.
     *
     * @return this socket
     */
    DatagramSocket resume();

    /**
     * Closes the socket. No datagram is received any more; those that wait to be sent are dropped, and counted. The close callback
     * follows when the port is free (DGRAM-011). A second call does nothing.
     */
    @Override
    void close();

    /**
     * Tells whether the socket is open.
     *
     * @return false from {@link #close()} on
     */
    boolean isOpen();

    /**
     * The address it is bound to, with the port that was chosen if 0 was asked for (DGRAM-001). Readable from any thread, also
     * after close.
     *
     * @return the local address
     */
    InetSocketAddress localAddress();

    /**
     * The peer that it is connected to. Readable from any thread.
     *
     * @return the address, or null if it is not connected
     */
    @Nullable InetSocketAddress remoteAddress();

    /**
     * How many datagrams wait because the system's buffer is full.
     *
     * @return 0 most of the time
     */
    int pendingSends();

    /**
     * How many datagrams were dropped because the queue was full, or still waited when the socket took another peer or was closed.
     * Readable from any thread.
     *
     * @return so far
     */
    long dropped();

    /**
     * Sets what receives datagrams. Without it they are discarded.
     *
     * @param callback called on the loop thread for each datagram
     * @return this socket
     */
    DatagramSocket onReceive(ReceiveCallback callback);

    /**
     * Sets what is told when a datagram could not be sent, or found nobody. Without it such an error is logged as a warning, once
     * until a datagram comes.
     *
     * @param callback called on the loop thread
     * @return this socket
     */
    DatagramSocket onError(DatagramErrorCallback callback);

    /**
     * Sets what is told when the socket is closed and its port free.
     *
     * @param callback called on the loop thread, once
     * @return this socket
     */
    DatagramSocket onClose(DatagramCallback callback);

    /**
     * The loop it belongs to. Readable from any thread.
     *
     * @return the loop
     */
    EventLoop loop();

    /**
     * Lets the socket keep {@link EventLoop#run()} from returning, which is how it starts (LOOP-005).
     *
     * @return this socket
     */
    DatagramSocket ref();

    /**
     * No longer lets the socket keep {@link EventLoop#run()} from returning while it is open (LOOP-005). Once it is closed it does
     * all the same, until its close callback has come (LOOP-016).
     *
     * @return this socket
     */
    DatagramSocket unref();
}
