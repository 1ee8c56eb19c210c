package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Unflushed;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a {@link Link}, which says when it may. It has an {@link Output} from the first byte on until all are
 * sent and the user has been told so; then others may have it.
 */
abstract class Sender extends AddressedHandle implements Unflushed {

    // set once
    final Sockets sockets;
    // loop thread
    private @Nullable Output output; // while there is something to send
    private boolean ending; // the user sends no more
    private boolean shut; // nor do we
    private int completing;

    /** On its way to a host. */
    Sender(Sockets sockets, String host, int port) {
        super(host, port);
        this.sockets = sockets;
    }

    /** Connected already. */
    Sender(Sockets sockets, Connection connected) {
        super(connected);
        this.sockets = sockets;
    }

    // ---- by the link ----

    /** Whether the user may write. */
    abstract boolean isUsable();

    abstract Connection connection();

    abstract Output takeOutput();

    abstract void complete(CompletionCallback callback, @Nullable NetworkException failure);

    // ---- from the user ----

    final boolean send(ByteBuffer bytes, @Nullable CompletionCallback done) {
        if (takesBytes()) {
            return output().write(bytes, done);
        }
        bytes.position(bytes.limit());
        if (done != null) {
            refuse(done);
        }
        return false;
    }

    final boolean send(byte[] bytes) {
        return takesBytes() && output().write(bytes);
    }

    /** Too late; it completes after those that were written in time (WRITE-004). */
    private void refuse(CompletionCallback done) {
        if (output != null) {
            output.refuse(done);
        } else {
            completeLater(done, closedError());
        }
    }

    final void endOutput() {
        if (takesBytes()) {
            Output last = output(); // first: there may be no memory for it
            last.flushLater();
            ending = true;
        }
    }

    private boolean takesBytes() {
        return isUsable() && !ending;
    }

    final boolean isEnding() {
        return ending;
    }

    final long pending() {
        return output == null ? 0 : output.pending();
    }

    /** Any thread. */
    final long pendingSeen() {
        Output seen = output;
        return seen == null ? 0 : seen.pendingOf(this);
    }

    // ---- to the connection ----

    /** What was written before there was a connection to write to. */
    final void flushFirst() {
        if (output != null || ending) {
            output().flushLater();
        }
    }

    @Override
    public final void flushQueued() {
        try {
            if (output != null) {
                output.flushQueued();
                returnOutput();
            }
        } catch (VirtualMachineError e) {
            ranOut(e);
        }
    }

    /** What memory or stack ran out for does not come again. */
    public abstract void ranOut(VirtualMachineError error);

    final void wereWritten(int count) {
        output().written(count);
        returnOutput();
    }

    final void shutOutput() {
        if (!shut) {
            shut = true;
            connection().shutdownOutput();
        }
    }

    final boolean isShut() {
        return shut;
    }

    // ---- completions ----

    final void completeLater(CompletionCallback callback, @Nullable NetworkException why) {
        sockets.loop.defer(() -> {
            complete(callback, why);
            completing--; // not sooner: without memory for it this runs once more
        });
        completing++; // not sooner: this may fail
    }

    final boolean isCompleting() {
        return completing > 0;
    }

    // ---- the output ----

    final Output output() {
        if (output == null) {
            output = takeOutput();
        }
        return output;
    }

    /** When something has been done with it, and not sooner. */
    private void returnOutput() {
        if (output != null && output.isIdle()) {
            giveOutput();
        }
    }

    final void giveOutput() {
        if (output != null) {
            sockets.giveOutput(output);
            output = null;
        }
    }

    final void discardOutput(@Nullable NetworkException failure) {
        if (output != null) {
            output.discard(failure);
        }
    }

    /** The connection is gone. */
    final void outputReleased() {
        if (output != null) {
            output.released();
        }
    }
}
