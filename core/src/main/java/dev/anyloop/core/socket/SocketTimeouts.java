package dev.anyloop.core.socket;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.turn.IoTimeout;
import dev.anyloop.core.turn.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one link. Three can run: one on what it receives, one on what it sends, and one on the state it is in,
 * which bounds connecting and closing.
 */
final class SocketTimeouts {

    /** How long a lingering socket waits for a peer that was still sending (CLOSE-003). */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** For all links that have none set: it has nothing to do, and so asks neither link nor loop. */
    static final SocketTimeouts NONE = new SocketTimeouts(null, null);

    private final Link link;
    private final Loop loop;
    // loop thread
    private @Nullable IoTimeout read;
    private @Nullable IoTimeout write;
    private @Nullable IoTimeout state;

    SocketTimeouts(@Nullable Link link, @Nullable Loop loop) {
        this.link = link;
        this.loop = loop;
    }

    /** In nanoseconds, 0 for none. */
    static long checked(@Nullable Duration timeout) {
        if (timeout != null && timeout.isNegative()) {
            throw new IllegalArgumentException("timeout < 0: " + timeout + " (use null or zero for none)");
        }
        return timeout == null ? 0 : LoopClock.nanos(timeout);
    }

    // ---- set ----

    void read(long nanos) {
        disarm(read);
        read = nanos == 0 ? null : new IoTimeout(loop, nanos, () -> link.timedOut(
                Operation.READ, ErrorKind.READ_TIMEOUT, "no byte received for " + Duration.ofNanos(nanos)));
        armRead();
    }

    void write(long nanos) {
        disarm(write);
        write = nanos == 0 ? null : new IoTimeout(loop, nanos, () -> link.timedOut(
                Operation.WRITE, ErrorKind.WRITE_TIMEOUT, "no byte accepted for " + Duration.ofNanos(nanos)));
        armWrite();
    }

    /** Bounds resolving and connecting (CONN-004). */
    void connecting(Duration limit) {
        state = new IoTimeout(loop, LoopClock.nanos(limit), () ->
                link.connectTimedOut("no connection within " + limit));
        state.arm();
    }

    void connected() {
        disarm(state);
        state = null;
    }

    /** Bounds the graceful close, counting from the last byte that left (CLOSE-002); to begin it takes no memory. */
    IoTimeout toClose(Duration limit) {
        loop.deadlines.reserve();
        return new IoTimeout(loop, LoopClock.nanos(limit), () -> link.timedOut(
                Operation.CLOSE, ErrorKind.CLOSE_TIMEOUT, "no byte accepted for " + limit));
    }

    void closing(IoTimeout limit) {
        end();
        state = limit;
        state.arm();
    }

    /** While a lingering socket discards what its peer still sends. */
    void lingering() {
        read = new IoTimeout(loop, SILENCE_NANOS, link::release);
        read.arm();
    }

    void end() {
        if (this != NONE) {
            disarm(read);
            disarm(write);
            disarm(state);
            read = null;
            write = null;
            state = null;
        }
    }

    // ---- run ----

    void received() {
        if (read != null) {
            read.touch();
        }
    }

    void sent() {
        if (write != null) {
            write.touch();
        }
        if (state != null) {
            state.touch();
        }
    }

    /** With its full length, while bytes can come (TIMEOUT-002, TIMEOUT-004). */
    void armRead() {
        if (read != null && link.isReceiving()) {
            read.arm();
        }
    }

    void disarmRead() {
        disarm(read);
    }

    /** While bytes are pending (TIMEOUT-005). */
    void armWrite() {
        if (write != null && !write.isArmed() && link.isSending()) {
            write.arm();
        }
    }

    void disarmWrite() {
        disarm(write);
    }

    private static void disarm(@Nullable IoTimeout timeout) {
        if (timeout != null) {
            timeout.disarm();
        }
    }
}
