package dev.anyloop.adapters;

import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a blocking socket: what it waits for, and what ends that. A lock and not a monitor, which would pin virtual threads
 * up to JDK 23. The loop takes it for a copy of some bytes at the most, and never waits under it.
 */
abstract class Waits {

    // set once
    final Socket socket;
    final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // under the lock
    private boolean isClosed; // by a user of this, or without a failure by others
    private @Nullable NetworkException failure;

    Waits(Socket socket) {
        this.socket = socket;
    }

    // ---- under the lock ----

    /** Whether there is nothing to wait for. */
    abstract boolean isReady();

    final @Nullable NetworkException failure() {
        return failure;
    }

    final void checkOpen() throws ClosedChannelException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
    }

    final void signal() {
        changed.signalAll();
    }

    /** Returns when it is ready, which it is too if the network has failed; throws if it is closed. */
    final void await(@Nullable Duration timeout) throws IOException {
        checkOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        long nanos = timeout == null ? Long.MAX_VALUE : nanos(timeout);
        while (!isReady() && failure == null) {
            try {
                if (timeout == null) {
                    changed.await();
                } else if (nanos <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted();
            }
            if (isClosed) {
                throw new AsynchronousCloseException();
            }
        }
    }

    private static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private ClosedByInterruptException interrupted() {
        markClosed();
        return new ClosedByInterruptException();
    }

    private void markClosed() {
        isClosed = true;
        dropAll();
        signal();
    }

    void dropAll() {}

    // ---- any thread ----

    final boolean isOpen() {
        lock.lock();
        try {
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    /** This direction alone: whoever waits in it is told, and nobody comes after. */
    final void close() {
        lock.lock();
        try {
            markClosed();
        } finally {
            lock.unlock();
        }
    }

    /** What was sent off before is done before. */
    final void onLoop(Runnable task) {
        Closed.executeUnless(socket.loop(), task);
    }

    static IOException failed(NetworkException cause) {
        String message = cause.getMessage();
        IOException failed = switch (cause.kind()) {
            case CONNECT_REFUSED -> new ConnectException(message);
            case UNREACHABLE -> new NoRouteToHostException(message);
            case DNS_FAILURE -> new UnknownHostException(message);
            case CONNECT_TIMEOUT, READ_TIMEOUT -> new SocketTimeoutException(message);
            default -> new SocketException(message);
        };
        failed.initCause(cause);
        return failed;
    }

    // ---- loop thread ----

    /** The last thing that is told. */
    final void closed(@Nullable NetworkException error) {
        lock.lock();
        try {
            failure = error;
            if (error == null && !isOverByItself()) {
                markClosed();
            }
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: whether the socket is closed because this direction has ended, and the other too. */
    abstract boolean isOverByItself();
}
