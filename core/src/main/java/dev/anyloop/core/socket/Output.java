package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.core.buffer.BufferPool;
import dev.anyloop.core.buffer.PendingBytes;
import dev.anyloop.core.flight.OutputPausedEvent;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a link, which has one only while there is something to send: {@link Sockets} hands them out. What is
 * written is copied, so that many small writes cost one system call and the caller keeps its own buffer; of a large write
 * only what the kernel does not take at once is copied. Whatever is sent is offered to the connection first (SEAM-012), and
 * only the rest, which the kernel may take much later, is lent to it (SEAM-005).
 *
 * <pre>
 *   write ──▶ PendingBytes ──offered──▶ connection
 *     │            └───the rest: lent────▲  ▲
 *     └───large, and nothing pending: offered
 * </pre>
 */
final class Output {

    /** So large that to copy it would cost more than a system call of its own. */
    private static final int WORTH_OFFERING = 32 * 1024;

    // set once
    private final PendingBytes unsent;
    private final Completions completions = new Completions();
    // loop thread: whose it is, while it is somebody's
    private Link link;
    // loop thread: positions in the stream of bytes
    private long accepted;
    private long handed;
    private int lentBytes;
    private long plainUntil = Long.MAX_VALUE; // what is written from here on is to be secured
    // loop thread: state
    private boolean flushQueued;
    private boolean aboveHighWater;
    private @Nullable OutputPausedEvent paused; // if somebody wants to know

    Output(BufferPool buffers) {
        this.unsent = new PendingBytes(buffers);
    }

    Output of(Link owner) {
        link = owner;
        return this;
    }

    /** Whether nobody would miss it: nothing waits, and nothing is being sent. */
    boolean isIdle() {
        return !flushQueued && pending() == 0 && lentBytes == 0 && completions.isEmpty();
    }

    /** Nobody's again. */
    void reset() {
        link = null;
        VarHandle.storeStoreFence(); // whoever still asks for the pending bytes of that link sees first that they are not here
        accepted = 0;
        handed = 0;
        plainUntil = Long.MAX_VALUE;
        flushQueued = false;
        aboveHighWater = false;
        paused = null;
    }

    // ---- from the user ----

    boolean write(ByteBuffer bytes, @Nullable CompletionCallback done) {
        IOException failure = isWorthOffering(bytes) ? offer(bytes) : null;
        append(bytes);
        if (done != null) {
            completions.add(new Completion(accepted, done, null));
        }
        if (failure != null) {
            failed(failure); // not sooner: what failed is among what was written
        }
        return takeMore();
    }

    /** As with a buffer around them, but without making one for each write. */
    boolean write(byte[] bytes) {
        append(bytes);
        return takeMore();
    }

    private boolean isWorthOffering(ByteBuffer bytes) {
        return bytes.remaining() >= WORTH_OFFERING
                && bytes.isDirect()
                && pending() == 0
                && mayHandOn()
                && link.canSend()
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

    /** Sees to it that what was written is sent, and tells whether more is welcome. */
    private boolean takeMore() {
        int mark = link.options().highWaterMark();
        flushLater();
        if (pending() >= mark) {
            flush();
            if (pending() >= mark && !aboveHighWater) {
                aboveHighWater = true;
                paused = OutputPausedEvent.begun(pending());
            }
        }
        return pending() < mark && link.isUsable();
    }

    /** What is written from now on waits until all that was written before is sent, and the link has been told. */
    void endPlain() {
        unsent.seal();
        plainUntil = accepted;
        flushLater();
    }

    void refuse(CompletionCallback done) {
        if (completions.isEmpty()) {
            link.completeLater(done, link.closedError());
        } else {
            completions.add(new Completion(accepted, done, link.closedError()));
        }
    }

    // ---- to the connection ----

    /** At the end of this socket's read callback, if that is what is running, else at the end of the phase. */
    void flushLater() {
        if (!flushQueued) {
            if (!link.input().isDelivering()) {
                link.sockets.loop.flushLater(link);
            }
            flushQueued = true; // not sooner: this may fail, and what is written next has to try again
        }
    }

    void flushQueued() {
        if (flushQueued) {
            flushQueued = false;
            flush();
        }
    }

    private void flush() {
        if (!link.canSend()) {
            return;
        }
        IOException known = link.input().heldFailure();
        try {
            if (known != null) {
                throw known;
            }
            ByteBuffer next;
            while (lentBytes == 0 && mayHandOn() && (next = unsent.first()) != null) {
                send(next);
            }
        } catch (IOException cause) {
            failed(cause);
            return;
        }
        progressed();
    }

    /** Whether the connection is what the next byte was written to: secured, or still in plain. */
    private boolean mayHandOn() {
        return handed < plainUntil;
    }

    private void send(ByteBuffer next) throws IOException {
        handed(link.connection().offer(next));
        if (next.hasRemaining()) {
            lend(unsent.keepFirst());
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
            link.outputMoved(taken);
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
        complete();
        if (handed == plainUntil) {
            plainUntil = Long.MAX_VALUE;
            link.plainSent();
            if (pending() > 0) {
                flushLater();
            }
        }
        if (aboveHighWater && pending() <= link.options().lowWaterMark()) {
            aboveHighWater = false;
            watchPause();
            link.drainLater();
        }
        if (pending() == 0) {
            link.outputFlushed();
        } else {
            link.outputStalled();
        }
    }

    private void complete() {
        Completion next;
        while ((next = completions.firstUntil(handed)) != null) {
            link.completeLater(next.callback, next.refused);
            completions.remove(next); // not sooner: there may be no memory to tell it
        }
    }

    void failed(IOException cause) {
        lentBytes = 0;
        complete(); // what was taken before
        link.writeFailed(cause);
    }

    private void watchPause() {
        OutputPausedEvent over = paused;
        paused = null;
        if (over != null) {
            link.sockets.loop.record(name -> over.resumed(name, link.describeEnds()));
        }
    }

    /** Nothing more is sent. What the connection was lent stays with it until it is gone. */
    void discard(@Nullable NetworkException failure) {
        if (!completions.isEmpty()) {
            failAll(failure != null ? failure : link.closedError());
        }
        watchPause();
        accepted = handed;
        unsent.drop();
        if (lentBytes == 0) {
            unsent.firstSent();
        }
    }

    private void failAll(NetworkException why) {
        Completion next;
        while ((next = completions.firstUntil(Long.MAX_VALUE)) != null) {
            link.completeLater(next.callback, next.refused != null ? next.refused : why);
            completions.remove(next);
        }
    }

    /** The connection is gone, and has nothing of ours any more. */
    void released() {
        lentBytes = 0;
        unsent.firstSent();
    }

    long pending() {
        return accepted - handed;
    }

    /** Any thread, which may find it in the hands of another link. */
    long pendingOf(Sender owner) {
        long pending = pending();
        VarHandle.loadLoadFence();
        return link == owner ? pending : 0;
    }
}
