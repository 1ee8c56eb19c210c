package dev.anyloop.adapters;

import dev.anyloop.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;

/** What was written and was not taken by the kernel. */
final class BlockingOutput extends Waits {

    private static final int MOST = 65_536;

    private final ReentrantLock writers = new ReentrantLock(); // one after the other, or what they write would be mixed
    // under the lock
    private int pending;
    private boolean isEnded;
    private boolean wantsRoom; // who writes something

    BlockingOutput(Socket socket) {
        super(socket);
    }

    int write(ByteBuffer bytes) throws IOException {
        writers.lock();
        try {
            return writeAll(bytes);
        } finally {
            writers.unlock();
        }
    }

    private int writeAll(ByteBuffer bytes) throws IOException {
        int all = bytes.remaining();
        lock.lock();
        try {
            wantsRoom = all > 0;
            do {
                if (isClosedMeanwhile(bytes.remaining() < all)) {
                    return all - bytes.remaining();
                }
                if (failure() != null) {
                    throw failed(failure());
                } else if (isEnded) {
                    throw new ClosedChannelException();
                }
                send(bytes, Math.min(bytes.remaining(), MOST - pending));
            } while (bytes.hasRemaining());
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Waits. Who has sent some is told how much, as the JDK does it, and of the close by the next write. */
    private boolean isClosedMeanwhile(boolean hasSentSome) throws IOException {
        try {
            await(null);
            return false;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (ClosedChannelException e) {
            if (!hasSentSome) {
                throw e;
            }
            return true;
        }
    }

    private void send(ByteBuffer bytes, int count) {
        if (count > 0) {
            ByteBuffer copy = ByteBuffer.allocate(count).put(0, bytes, bytes.position(), count);
            onLoop(() -> socket.write(copy, (same, error) -> sent(count))); // which waits for the lock
            bytes.position(bytes.position() + count);
            pending += count;
        }
    }

    /** Once: what is written afterwards is refused. */
    void end() throws ClosedChannelException {
        lock.lock();
        try {
            checkOpen();
            if (!isEnded) {
                onLoop(socket::end);
                isEnded = true;
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- under the lock ----

    @Override
    boolean isReady() {
        return pending < MOST || isEnded || !wantsRoom;
    }

    @Override
    boolean isOverByItself() {
        return isEnded;
    }

    // ---- loop thread ----

    /** That it was not is told by the close callback. */
    private void sent(int count) {
        lock.lock();
        try {
            pending -= count;
            signal();
        } finally {
            lock.unlock();
        }
    }
}
