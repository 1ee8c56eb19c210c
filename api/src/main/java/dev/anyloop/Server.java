package dev.anyloop;

import java.net.SocketAddress;

/**
 * A listening server, made by {@link EventLoop#listen}.
 *
 * <p>All methods but {@link #localAddress()} and {@link #loop()} belong to the loop thread; elsewhere they throw
 * {@link IllegalStateException} (THREAD-001). Each callback that is set replaces the one before.
 */
public interface Server extends AutoCloseable {

    /**
     * Stops listening. Connections already accepted stay open, no accept callback runs any more, and the close
     * callback follows when the port is free (LISTEN-003, CLOSE-006). The file of a path is removed, if it still is the one
     * that was made (UNIX-003). A second call does nothing.
     */
    @Override
    void close();

    /**
     * Stops accepting without closing: peers wait in the backlog (LISTEN-012). A second call does nothing.
     *
     * @return this server
     */
    Server pause();

    /**
     * Accepts again (LISTEN-012). Does nothing if the server is not paused.
     *
     * @return this server
     */
    Server resume();

    /**
     * Tells whether the server is open.
     *
     * @return false from {@link #close()} on
     */
    boolean isOpen();

    /**
     * The address it listens on, with the port that was chosen if 0 was asked for (LISTEN-001). Readable from any
     * thread, also after close.
     *
     * @return the local address
     */
    SocketAddress localAddress();

    /**
     * Sets what is told when a connection could not be accepted. Without it such an error is logged as a warning, once
     * until a connection is accepted again.
     *
     * @param callback called on the loop thread
     * @return this server
     */
    Server onError(ServerErrorCallback callback);

    /**
     * Sets what is told when the server is closed and its port free (CLOSE-006).
     *
     * @param callback called on the loop thread, once
     * @return this server
     */
    Server onClose(ServerCallback callback);

    /**
     * The loop it belongs to. Readable from any thread.
     *
     * @return the loop
     */
    EventLoop loop();

    /**
     * Lets the server keep {@link EventLoop#run()} from returning, which is how it starts (LOOP-005).
     *
     * @return this server
     */
    Server ref();

    /**
     * No longer lets the server keep {@link EventLoop#run()} from returning while it is open (LOOP-005). Once it is
     * closed it does all the same, until its close callback has come (LOOP-016).
     *
     * @return this server
     */
    Server unref();
}
