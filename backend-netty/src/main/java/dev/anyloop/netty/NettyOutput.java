package dev.anyloop.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelProgressivePromise;
import io.netty.channel.local.LocalChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a channel sends of what it was lent, and the promise that Netty tells about it: one for many writes, of one connection
 * after the other, so it is never done. Core's buffer goes to Netty without a copy, for core does not touch it before all of
 * it is taken (SEAM-005).
 */
final class NettyOutput extends DefaultChannelProgressivePromise {

    /** A promise has to have one, and it keeps it for good. Here it is asked for another. */
    private static final Channel NONE = new LocalChannel();

    // Loop thread: whose it is, while it is somebody's; and else its place among the spare ones.
    private @Nullable NettyConnection connection;
    @Nullable NettyOutput next;

    // Loop thread.
    private @Nullable ByteBuffer lent;
    private long progress;
    private int taken;
    private @Nullable Throwable failure;
    private boolean writing;
    private boolean pending; // Netty has the promise

    NettyOutput() {
        super(NONE);
    }

    /**
     * Of a connection that was lent nothing, or of none.
     *
     * @param owner reports when {@link #take} or {@link #takeFailure} have something, unless {@link #write} returns it
     */
    NettyOutput of(@Nullable NettyConnection owner) {
        connection = owner;
        lent = null;
        return this;
    }

    /** Whether Netty has nothing more to tell, and has told it. */
    boolean isOver() {
        return !pending && taken == 0 && failure == null;
    }

    @Override
    public Channel channel() {
        return connection == null ? NONE : connection.channel();
    }

    /** @param wrapped the same buffer, as Netty takes it */
    int write(ByteBuffer buffer, ByteBuf wrapped) throws IOException {
        lent = buffer;
        Channel.Unsafe unsafe = channel().unsafe();
        pending = true;
        writing = true;
        unsafe.write(wrapped, this);
        unsafe.flush();
        writing = false;
        int count = take();
        IOException cause = takeFailure();
        if (cause != null) {
            throw cause;
        }
        return count;
    }

    /** How many bytes were taken since the last time. */
    int take() {
        int count = taken;
        taken = 0;
        if (count > 0) {
            lent.position(lent.position() + count);
            if (!lent.hasRemaining()) {
                lent = null; // it is core's again, which may drop it
            }
        }
        return count;
    }

    /** Why the rest will not be taken, once. */
    @Nullable IOException takeFailure() {
        Throwable cause = failure;
        failure = null;
        return cause == null ? null : Causes.system(cause);
    }

    @Override
    public boolean tryProgress(long progress, long total) {
        taken += (int) (progress - this.progress);
        this.progress = progress;
        news();
        return true;
    }

    @Override
    public boolean trySuccess(Void result) {
        progress = 0;
        pending = false;
        return true;
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        failure = cause;
        progress = 0;
        pending = false;
        news();
        return true;
    }

    private void news() {
        if (!writing) {
            connection.reportLater();
        }
    }
}
