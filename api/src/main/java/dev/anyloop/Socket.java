package dev.anyloop;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection, over TCP or a Unix-domain socket, made by {@link EventLoop#connect} or handed to an {@link AcceptCallback}.
 * It is its own builder: set callbacks and write at once, nothing happens inside the call.
 *
 * <p>The callbacks of a socket come in the order {@code connect (data)* end? error? close} (ORDER-005). Setting one
 * replaces the one before, from the next event on (ORDER-009); a socket without a read callback discards what it
 * receives (READ-008). All methods but {@link #localAddress()}, {@link #remoteAddress()} and {@link #loop()} belong to
 * the loop thread; elsewhere they throw {@link IllegalStateException} (THREAD-001). On a closed socket they do
 * nothing.
 */
public interface Socket extends AutoCloseable {

    /**
     * Sets what is told when the connection is made. Not called for accepted sockets, which are connected already.
     *
     * @param callback called on the loop thread, at most once
     * @return this socket
     */
    Socket onConnect(SocketCallback callback);

    /**
     * Sets what receives the bytes.
     *
     * @param callback called on the loop thread for each chunk, with a view that is valid during the call only
     * @return this socket
     */
    Socket onRead(ReadCallback callback);

    /**
     * Sets what is told when the peer has ended its side, after all its data (HALF-001). Unless the socket allows
     * half-open, it is then closed gracefully once the callback returns (HALF-002).
     *
     * @param callback called on the loop thread, at most once
     * @return this socket
     */
    Socket onEnd(SocketCallback callback);

    /**
     * Sets what is told when pending bytes fell to the low water mark after having reached the high one (WRITE-009).
     *
     * @param callback called on the loop thread, once for each time
     * @return this socket
     */
    Socket onDrain(SocketCallback callback);

    /**
     * Sets what is told when the network fails the socket. Without it an error is logged as a warning (ERR-004).
     *
     * @param callback called on the loop thread, at most once, before the close callback
     * @return this socket
     */
    Socket onError(ErrorCallback callback);

    /**
     * Sets what is told when the socket is closed and its descriptor released (CLOSE-004, CLOSE-006). It receives the
     * error if there was one; {@link ErrorKind#CLOSE_TIMEOUT} if a graceful close gave up.
     *
     * @param callback called on the loop thread, exactly once, last
     * @return this socket
     */
    Socket onClose(CompletionCallback callback);

    /**
     * Fails the socket with {@link ErrorKind#READ_TIMEOUT} when no byte is received for a time. It counts from the
     * connection, from the last byte and from {@link #resume()}; paused or ended sockets have none (TIMEOUT-001 to
     * 004). Setting it starts it afresh (TIMEOUT-006).
     *
     * @param timeout the time, or null or zero for none
     * @return this socket
     * @throws IllegalArgumentException if it is negative
     */
    Socket readTimeout(@Nullable Duration timeout);

    /**
     * Fails the socket with {@link ErrorKind#WRITE_TIMEOUT} when bytes are pending and the kernel accepts none of them
     * for a time (TIMEOUT-005). Setting it starts it afresh (TIMEOUT-006).
     *
     * @param timeout the time, or null or zero for none
     * @return this socket
     * @throws IllegalArgumentException if it is negative
     */
    Socket writeTimeout(@Nullable Duration timeout);

    /**
     * Sends bytes, in order, after what was written before (WRITE-001). Never blocks and never refuses: it returns at
     * once, and the bytes are offered to the kernel before the loop next waits (WRITE-011). Before the connection is made they
     * are queued (CONN-011). After {@link #end}, {@link #close} or a failure nothing is sent and the answer is false
     * (WRITE-006).
     *
     * @param bytes consumed from position to limit; the buffer is the caller's again when this returns (WRITE-002). To
     *     send one buffer to many sockets, write a {@code duplicate()} to each
     * @return true while pending bytes are below the high water mark; on false, wait for the drain callback (WRITE-008)
     */
    boolean write(ByteBuffer bytes);

    /**
     * Sends bytes, as {@link #write(ByteBuffer)}.
     *
     * @param bytes all of them are sent; the array is the caller's again when this returns
     * @return true while pending bytes are below the high water mark
     */
    boolean write(byte[] bytes);

    /**
     * Sends text encoded as UTF-8 (WRITE-012), as {@link #write(ByteBuffer)}.
     *
     * @param text what to send
     * @return true while pending bytes are below the high water mark
     */
    boolean write(CharSequence text);

    /**
     * Sends bytes, as {@link #write(ByteBuffer)}, and tells when they are done.
     *
     * @param bytes consumed from position to limit
     * @param done called on the loop thread exactly once, in the order of the writes and before the close callback:
     *     without an error when the kernel has accepted the bytes, with one if they were not sent (WRITE-004, 005); not
     *     at all if the loop is closed already (WRITE-006)
     * @return true while pending bytes are below the high water mark
     */
    boolean write(ByteBuffer bytes, CompletionCallback done);

    /**
     * Stops receiving: neither data nor end is delivered until {@link #resume()}, and the peer's writes soon stall
     * (READ-006, READ-007). A second call does nothing.
     *
     * @return this socket
     */
    Socket pause();

    /**
     * Receives again, never inside this call (READ-007). Does nothing if the socket is not paused.
     *
     * @return this socket
     */
    Socket resume();

    /**
     * Ends the sending side: what was written is flushed, then the peer sees the end; receiving goes on (HALF-004).
     * When both sides have ended the socket closes by itself (HALF-005). A second call does nothing.
     */
    void end();

    /**
     * Closes gracefully: no more data is delivered, what was written is flushed, then the descriptor is released and
     * the close callback runs (CLOSE-001). Bounded by the close timeout, which counts from the last byte the kernel
     * accepted (CLOSE-002). A socket that is still connecting is closed at once (CONN-008). A second call does nothing.
     */
    @Override
    void close();

    /**
     * Closes at once and drops what was not yet handed to the kernel (CLOSE-001). Also cuts short a graceful close
     * (CLOSE-005).
     */
    void abort();

    /**
     * Tells whether the socket is connecting or open.
     *
     * @return false from {@link #close()}, {@link #abort()} or a failure on (CLOSE-005)
     */
    boolean isOpen();

    /**
     * Bytes written and not yet handed to the kernel (WRITE-010).
     *
     * @return the number of bytes
     */
    long pendingBytes();

    /**
     * The local address, from the connect callback on and also after close (CONN-012). Readable from any thread.
     *
     * @return the address, or null before the connection is made
     */
    @Nullable SocketAddress localAddress();

    /**
     * The peer's address, from the connect callback on and also after close (CONN-012). Readable from any thread.
     *
     * @return the address, or null before the connection is made
     */
    @Nullable SocketAddress remoteAddress();

    /**
     * Secures a connection that has begun in plain: STARTTLS, at the moment at which both sides have agreed upon it. The options
     * say which side of the handshake this one is.
     *
     * <p>What was written before goes out in plain, and its completions come as ever; when the kernel has all of it, the
     * handshake begins, and with it the handshake timeout. What is written from now on is secured, and pending until the
     * handshake is done (TLS-017). {@link #pause} holds back what comes after it, not the handshake; {@link #end} and
     * {@link #close} wait for it, {@link #abort} does not.
     *
     * <p>No byte that the peer sent in plain passes for one that came secured (TLS-018): call this when everything up to the
     * peer's last plain byte has been read. What is left in the view when the read callback returns, what {@link #pause} holds
     * back, and what comes later and is no TLS, fails the socket with {@link ErrorKind#TLS_PROTOCOL}. What the caller itself
     * keeps of earlier views it has to forget.
     *
     * <p>A handshake that fails, fails the socket, by an error of {@link Operation#SECURE} (TLS-019). On a closed socket this
     * does nothing.
     *
     * @param options {@link TlsOptions#client()} or {@link TlsOptions#server}
     * @param onSecure called on the loop thread, at most once, when the connection is secure: from then on {@link #tls()}
     *     tells what was agreed upon, and all that is received came secured. Never inside this call
     * @return this socket
     * @throws IllegalStateException before the connect or accept callback, after {@link #end}, or if the socket is secured
     *     already, or about to be (TLS-020)
     */
    Socket startTls(TlsOptions options, SocketCallback onSecure);

    /**
     * What was agreed upon by TLS, from the connect or accept callback on, or that of {@link #startTls}, until the socket is closed
     * (TLS-009).
     *
     * @return the session, or null if the connection is plain, not made yet or no more
     */
    @Nullable TlsSession tls();

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
    Socket ref();

    /**
     * No longer lets the socket keep {@link EventLoop#run()} from returning while it is open (LOOP-005). Once it is
     * closing it does all the same, until its close callback has come (LOOP-016).
     *
     * @return this socket
     */
    Socket unref();
}
