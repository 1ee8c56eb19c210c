package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.core.turn.Unflushed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a link. What is written is copied, so that many small writes cost one system call and the caller keeps
 * its own buffer; of a large write only what the kernel does not take at once is copied. Whatever is sent is offered to the
 * connection first (SEAM-012), and only the rest, which the kernel may take much later, is lent to it (SEAM-005).
 *
 * <pre>
 *   write ──▶ PendingBytes ──offered──▶ connection
 *     │            └───the rest: lent────▲  ▲
 *     └───large, and nothing pending: offered
 * </pre>
 */
final class Output implements Unflushed {

    /** So large that to copy it would cost more than a system call of its own. */
    private static final int WORTH_OFFERING = 32 * 1024;

    /** Of a write that ends at the position, or of one that was refused when so much had been written. */
    private record Completion(long position, CompletionCallback callback, @Nullable NetworkException refused) {}

    // set once
    private final Link link;
    private final PendingBytes unsent;
    // loop thread
    private int lentBytes;
    // loop thread: positions in the stream of bytes
    private long accepted;
    private long handed;
    private @Nullable ArrayDeque<Completion> completions;
    // loop thread: state
    private boolean flushQueued;
    private boolean aboveHighWater;
    private boolean ending;
    private boolean failed;

    Output(Link link) {
        this.link = link;
        this.unsent = new PendingBytes(link.loop.buffers);
    }

    // ---- from the user ----

    boolean write(ByteBuffer bytes, @Nullable CompletionCallback done) {
        if (ending || !link.isOpen()) {
            bytes.position(bytes.limit());
            if (done != null) {
                refuse(done);
            }
            return false;
        }
        IOException failure = isWorthOffering(bytes) ? offer(bytes) : null;
        append(bytes);
        if (done != null) {
            completions().add(new Completion(accepted, done, null));
        }
        if (failure != null) {
            failed(failure); // not sooner: what failed is among what was written
        }
        return takeMore();
    }

    /** As with a buffer around them, but without making one for each write. */
    boolean write(byte[] bytes) {
        if (ending || !link.isOpen()) {
            return false;
        }
        append(bytes);
        return takeMore();
    }

    private boolean isWorthOffering(ByteBuffer bytes) {
        return bytes.remaining() >= WORTH_OFFERING
                && bytes.isDirect()
                && pending() == 0
                && link.canSend()
                && !failed
                && link.input().heldFailure() == null;
    }

    private @Nullable IOException offer(ByteBuffer bytes) {
        try {
            int taken = link.connection().offer(bytes);
            accepted += taken;
            handed(taken);
            return null;
        } catch (IOException cause) {
            return cause;
        }
    }

    /** Sees to it that what was written is sent, and tells whether more is welcome. */
    private boolean takeMore() {
        if (pending() >= link.options().highWaterMark()) {
            flush();
            aboveHighWater |= pending() >= link.options().highWaterMark();
        } else {
            flushLater();
        }
        return pending() < link.options().highWaterMark() && link.isOpen();
    }

    /** It completes after those that were written in time (WRITE-004). */
    private void refuse(CompletionCallback done) {
        if (completions == null || completions.isEmpty()) {
            link.completeLater(done, link.closedError());
        } else {
            completions.add(new Completion(accepted, done, link.closedError()));
        }
    }

    private ArrayDeque<Completion> completions() {
        if (completions == null) {
            completions = new ArrayDeque<>(4);
        }
        return completions;
    }

    /** Bit by bit: if memory runs out, what was taken is sent. */
    private void append(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                accepted += unsent.add(bytes);
            }
        } catch (OutOfMemoryError e) {
            flushLater(); // what fills the memory must not wait for a write that succeeds
            throw e;
        }
    }

    private void append(byte[] bytes) {
        try {
            for (int from = 0; from < bytes.length; ) {
                int count = unsent.add(bytes, from);
                from += count;
                accepted += count;
            }
        } catch (OutOfMemoryError e) {
            flushLater();
            throw e;
        }
    }

    /** The end of the output follows the last byte. */
    void end() {
        ending = true;
        flushLater();
    }

    // ---- to the connection ----

    /** At the end of this socket's read callback, if that is what is running, else at the end of the phase. */
    void flushLater() {
        if (!flushQueued) {
            flushQueued = true;
            if (!link.input().isDelivering()) {
                link.loop.flushLater(this);
            }
        }
    }

    @Override
    public void flushQueued() {
        if (flushQueued) {
            flushQueued = false;
            flush();
        }
    }

    private void flush() {
        if (!link.canSend() || failed) {
            return;
        }
        IOException known = link.input().heldFailure();
        try {
            if (known != null) {
                throw known;
            }
            ByteBuffer next;
            while (lentBytes == 0 && (next = unsent.first()) != null) {
                send(next);
            }
        } catch (IOException cause) {
            failed(cause);
            return;
        }
        progressed();
    }

    private void send(ByteBuffer next) throws IOException {
        handed(link.connection().offer(next));
        if (next.hasRemaining()) {
            lend(unsent.keepFirst(next));
        }
        if (lentBytes == 0) {
            unsent.firstSent();
        }
    }

    private void lend(ByteBuffer rest) throws IOException {
        int size = rest.remaining();
        int taken = link.connection().write(rest);
        lentBytes = size - taken;
        handed(taken);
    }

    private void handed(int taken) {
        if (taken > 0) {
            handed += taken;
            link.loop.counters.bytesOut.add(taken);
            link.outputMoved();
        }
    }

    /** The connection took more of the lent buffer by itself. */
    void written(int count) {
        lentBytes -= count;
        handed(count);
        if (lentBytes == 0) {
            unsent.firstSent();
            if (pending() > 0) {
                flushLater();
            }
        }
        progressed();
    }

    private void progressed() {
        while (completions != null && !completions.isEmpty() && completions.peek().position <= handed) {
            Completion next = completions.remove();
            link.completeLater(next.callback, next.refused);
        }
        if (aboveHighWater && pending() <= link.options().lowWaterMark()) {
            aboveHighWater = false;
            link.drainLater();
        }
        if (pending() == 0) {
            link.outputFlushed();
        } else {
            link.outputStalled();
        }
    }

    void failed(IOException cause) {
        failed = true;
        lentBytes = 0;
        link.writeFailed(cause);
    }

    /** Nothing more is sent. A buffer that the connection has is given back when that is gone. */
    void discard(@Nullable NetworkException failure) {
        if (completions != null) {
            NetworkException why = failure != null ? failure : link.closedError();
            completions.forEach(completion -> link.completeLater(
                    completion.callback, completion.refused != null ? completion.refused : why));
            completions = null;
        }
        ending = true;
        accepted = handed;
        unsent.drop();
    }

    /** The connection is gone, and has nothing of ours any more. */
    void released() {
        unsent.firstSent();
    }

    // ---- state ----

    long pending() {
        return accepted - handed;
    }

    boolean isEnding() {
        return ending;
    }
}
