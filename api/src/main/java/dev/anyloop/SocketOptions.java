package dev.anyloop;

import java.time.Duration;
import java.util.Objects;

/**
 * What every socket has, whether connected or accepted. Immutable; start from {@link #defaults()}. The defaults are
 * the same on every backend (LISTEN-011). What is about TCP alone, {@code noDelay}, {@code keepAlive}, {@code reuseAddress} and
 * {@code receiveBufferSize}, means nothing to a Unix-domain socket.
 *
 * @param allowHalfOpen whether the socket stays open for writing after its peer has ended (HALF-002, HALF-003);
 *     default false
 * @param noDelay TCP_NODELAY: send small writes at once; default true (WRITE-013)
 * @param keepAlive SO_KEEPALIVE: let the system probe an idle peer; default false
 * @param reuseAddress SO_REUSEADDR, of sockets that connect from a given local port: let them have a port that an old
 *     connection of theirs holds in TIME_WAIT; default false (CONN-015). What listens has it anyway (LISTEN-004)
 * @param receiveBufferSize SO_RCVBUF in bytes, or 0 for the system's default, which is the default
 * @param sendBufferSize SO_SNDBUF in bytes, or 0 for the system's default, which is the default
 * @param highWaterMark pending bytes from which {@code write} returns false; default 262,144 (WRITE-008)
 * @param lowWaterMark pending bytes at which the drain callback follows; default 65,536 (WRITE-009)
 * @param closeTimeout how long a graceful close waits for the kernel to accept another byte; default 10 s (CLOSE-002)
 */
public record SocketOptions(
        boolean allowHalfOpen,
        boolean noDelay,
        boolean keepAlive,
        boolean reuseAddress,
        int receiveBufferSize,
        int sendBufferSize,
        int highWaterMark,
        int lowWaterMark,
        Duration closeTimeout) {

    private static final SocketOptions DEFAULTS =
            new SocketOptions(false, true, false, false, 0, 0, 256 * 1024, 64 * 1024, Duration.ofSeconds(10));

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if a size is negative, a water mark is out of order or the timeout is not
     *     positive; the message names the value
     */
    public SocketOptions {
        if (receiveBufferSize < 0) {
            throw new IllegalArgumentException(
                    "receiveBufferSize < 0: " + receiveBufferSize + " (use 0 for the system's default)");
        }
        if (sendBufferSize < 0) {
            throw new IllegalArgumentException(
                    "sendBufferSize < 0: " + sendBufferSize + " (use 0 for the system's default)");
        }
        if (highWaterMark < 1) {
            throw new IllegalArgumentException("highWaterMark < 1: " + highWaterMark);
        }
        if (lowWaterMark < 0 || lowWaterMark >= highWaterMark) {
            throw new IllegalArgumentException("lowWaterMark must be at least 0 and below highWaterMark "
                    + highWaterMark + ": " + lowWaterMark);
        }
        Objects.requireNonNull(closeTimeout, "closeTimeout");
        if (closeTimeout.isNegative() || closeTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "closeTimeout <= 0: " + closeTimeout + " (use abort() to close without waiting)");
        }
    }

    /**
     * Small writes go out at once, the peer's end closes the socket, water marks 256 and 64 KiB, close timeout 10 s.
     *
     * @return the default options
     */
    public static SocketOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets whether the socket stays open for writing after its peer has ended.
     *
     * @param allow true to keep it open until {@code end} or {@code close}
     * @return the changed options
     */
    public SocketOptions withAllowHalfOpen(boolean allow) {
        return new SocketOptions(allow, noDelay, keepAlive, reuseAddress, receiveBufferSize, sendBufferSize,
                highWaterMark, lowWaterMark, closeTimeout);
    }

    /**
     * Sets TCP_NODELAY.
     *
     * @param on true to send small writes at once
     * @return the changed options
     */
    public SocketOptions withNoDelay(boolean on) {
        return new SocketOptions(allowHalfOpen, on, keepAlive, reuseAddress, receiveBufferSize, sendBufferSize,
                highWaterMark, lowWaterMark, closeTimeout);
    }

    /**
     * Sets SO_KEEPALIVE.
     *
     * @param on true to let the system probe an idle peer
     * @return the changed options
     */
    public SocketOptions withKeepAlive(boolean on) {
        return new SocketOptions(allowHalfOpen, noDelay, on, reuseAddress, receiveBufferSize, sendBufferSize,
                highWaterMark, lowWaterMark, closeTimeout);
    }

    /**
     * Sets SO_REUSEADDR of sockets that connect from a given local port (CONN-015). The system looks at both sockets:
     * the one that had the port before needs it too. On Windows it means something else, to share a port that is in
     * use: leave it off there.
     *
     * @param on true to connect from a port again while an old connection from it is in TIME_WAIT
     * @return the changed options
     */
    public SocketOptions withReuseAddress(boolean on) {
        return new SocketOptions(allowHalfOpen, noDelay, keepAlive, on, receiveBufferSize, sendBufferSize,
                highWaterMark, lowWaterMark, closeTimeout);
    }

    /**
     * Sets the sizes of the kernel's buffers.
     *
     * @param receive SO_RCVBUF in bytes, 0 for the system's default
     * @param send SO_SNDBUF in bytes, 0 for the system's default
     * @return the changed options
     */
    public SocketOptions withBufferSizes(int receive, int send) {
        return new SocketOptions(allowHalfOpen, noDelay, keepAlive, reuseAddress, receive, send, highWaterMark,
                lowWaterMark, closeTimeout);
    }

    /**
     * Sets the water marks of the write queue.
     *
     * @param high pending bytes from which {@code write} returns false
     * @param low pending bytes at which the drain callback follows
     * @return the changed options
     */
    public SocketOptions withWaterMarks(int high, int low) {
        return new SocketOptions(allowHalfOpen, noDelay, keepAlive, reuseAddress, receiveBufferSize, sendBufferSize,
                high, low, closeTimeout);
    }

    /**
     * Sets how long a graceful close waits without progress.
     *
     * @param timeout a positive duration
     * @return the changed options
     */
    public SocketOptions withCloseTimeout(Duration timeout) {
        return new SocketOptions(allowHalfOpen, noDelay, keepAlive, reuseAddress, receiveBufferSize, sendBufferSize,
                highWaterMark, lowWaterMark, timeout);
    }
}
