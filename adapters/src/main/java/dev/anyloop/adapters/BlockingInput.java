package dev.anyloop.adapters;

import dev.anyloop.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What has come and was not read. */
final class BlockingInput extends Waits {

    private static final int HIGH = 65_536;
    private static final int MOST = 2 * HIGH; // a view more (READ-001)
    private static final int LOW = HIGH / 2;
    private static final int LEAST = 4096;
    private static final byte[] NOTHING = {};

    // under the lock
    private byte[] ring = NOTHING;
    private int from; // the first byte in it
    private int size;
    private boolean isPaused;
    private boolean isEnded;

    BlockingInput(Socket socket) {
        super(socket);
    }

    int read(ByteBuffer to, @Nullable Duration timeout) throws IOException {
        lock.lock();
        try {
            if (!to.hasRemaining()) {
                checkOpen();
                return 0;
            }
            await(timeout);
            if (size == 0) {
                if (failure() != null && !isEnded) { // what fails after the end takes it back as little as the JDK's
                    throw failed(failure());
                }
                return -1;
            }
            int read = take(to);
            if (isPaused && size <= LOW) {
                isPaused = false;
                onLoop(this::resume);
            }
            return read;
        } finally {
            lock.unlock();
        }
    }

    private int take(ByteBuffer to) {
        int count = Math.min(to.remaining(), size);
        int first = Math.min(count, ring.length - from);
        to.put(ring, from, first).put(ring, 0, count - first);
        from = (from + count) % ring.length;
        size -= count;
        if (size == 0 && ring.length > LEAST) {
            dropAll(); // a socket at rest has little memory
        }
        return count;
    }

    private void add(ByteBuffer data) {
        int count = data.remaining();
        if (ring.length - size < count) {
            grow(size + count);
        }
        int at = (from + size) % ring.length;
        int first = Math.min(count, ring.length - at);
        data.get(ring, at, first).get(ring, 0, count - first);
        size += count;
    }

    private void grow(int least) {
        byte[] larger = new byte[Math.min(MOST, Math.max(Math.max(LEAST, 2 * ring.length), least))];
        int first = Math.min(size, ring.length - from);
        System.arraycopy(ring, from, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, size - first);
        ring = larger;
        from = 0;
    }

    int available() throws ClosedChannelException {
        lock.lock();
        try {
            checkOpen();
            return size;
        } finally {
            lock.unlock();
        }
    }

    // ---- under the lock ----

    @Override
    boolean isReady() {
        return size > 0 || isEnded;
    }

    @Override
    boolean isOverByItself() {
        return isEnded;
    }

    @Override
    void dropAll() {
        ring = NOTHING;
        from = 0;
        size = 0;
    }

    // ---- loop thread ----

    void received(ByteBuffer data) {
        lock.lock();
        try {
            if (isOpen()) {
                addOrAbort(data);
                if (size >= HIGH) {
                    isPaused = true;
                    socket.pause();
                }
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What there is no memory for is lost, and nobody is to take what comes after it for what comes next. */
    private void addOrAbort(ByteBuffer data) {
        try {
            add(data);
        } catch (OutOfMemoryError e) {
            socket.abort();
            throw e;
        }
    }

    private void resume() {
        lock.lock();
        try {
            if (!isPaused) {
                socket.resume();
            }
        } finally {
            lock.unlock();
        }
    }

    void ended() {
        lock.lock();
        try {
            isEnded = true;
            signal();
        } finally {
            lock.unlock();
        }
    }
}
