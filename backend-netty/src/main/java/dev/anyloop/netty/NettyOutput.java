package dev.anyloop.netty;

import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelProgressivePromise;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a channel sends, and the promise that Netty tells about it: one for all writes of a connection, so it is never
 * done. Core's buffer goes to Netty without a copy, for core does not touch it before all of it is taken (SEAM-005).
 */
final class NettyOutput extends DefaultChannelProgressivePromise {

    // Set once.
    private final Channel channel;
    private final LentBuffers buffers;
    private final Runnable onNews;

    // Loop thread.
    private @Nullable ByteBuffer lent;
    private long progress;
    private int taken;
    private @Nullable Throwable failure;
    private boolean writing;

    /**
     * Of a channel that has sent nothing yet.
     *
     * @param onNews called when {@link #take} or {@link #takeFailure} have something, unless {@link #write} returns it
     */
    NettyOutput(Channel channel, LentBuffers buffers, Runnable onNews) {
        super(channel);
        this.channel = channel;
        this.buffers = buffers;
        this.onNews = onNews;
    }

    int write(ByteBuffer buffer) throws IOException {
        lent = buffer;
        Channel.Unsafe unsafe = channel.unsafe();
        writing = true;
        unsafe.write(buffers.wrap(buffer), this);
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
        return true;
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        failure = cause;
        news();
        return true;
    }

    private void news() {
        if (!writing) {
            onNews.run();
        }
    }
}
