package dev.anyloop.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a channel reads, and into what; Netty asks before and after each read.
 *
 * <p>Netty is asked for one read at a time, and the next when that one is over. So {@code pause} costs nothing, and
 * after it Netty may bring what one read brings, but no more (SEAM-011): it also reads when it was not asked to, to
 * find out about an error, and then it is given a buffer without room.
 */
final class NettyInput implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    // Set once.
    private final Channel channel;
    private final ReadBuffers buffers;
    private final boolean hidesEnd; // from Netty, which would close the channel

    // Loop thread: what is wanted of Netty, and whether it still owes a read.
    private boolean wanted;
    private boolean owed;
    private boolean over;
    private boolean hidden; // an end of which nobody has heard

    // Loop thread: the read at hand.
    private @Nullable ByteBuf buffer;
    private boolean withoutRoom;
    private int attemptedBytes;
    private int readBytes;
    private int nextBytes;

    /** Of a channel that reads nothing yet. */
    NettyInput(Channel channel, ReadBuffers buffers, boolean hidesEnd) {
        this.channel = channel;
        this.buffers = buffers;
        this.hidesEnd = hidesEnd;
        this.nextBytes = buffers.smallestBytes();
    }

    /** The same for all reads of the channel. */
    @Override
    public ExtendedHandle newHandle() {
        return this;
    }

    void resume() {
        wanted = true;
        readNext();
    }

    void pause() {
        wanted = false;
    }

    /** After a read, and after the connection was made: Netty reads no channel that is not connected. */
    void readNext() {
        if (wanted && !over && channel.isActive()) {
            owed = true;
            channel.unsafe().beginRead();
        }
    }

    /** After a read: whether it was an end, which Netty does not tell then. */
    boolean hasHiddenEnd() {
        boolean was = hidden;
        hidden = false;
        return was;
    }

    /** There is nothing more to read; false if that was known. */
    boolean end() {
        boolean first = !over;
        over = true;
        return first;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
        withoutRoom = !owed && !wanted;
        giveBack(); // a read may end without readComplete: when it is cancelled, or this one follows it at once
        return withoutRoom ? buffers.withoutRoom() : take();
    }

    private ByteBuf take() {
        try {
            buffer = buffers.take(nextBytes);
            return buffer.retain(); // Netty releases it when the read is over
        } catch (OutOfMemoryError e) { // of which Netty must not know: it would be lost, or end the loop
            withoutRoom = true;
            wanted = false;
            channel.eventLoop().execute(() -> channel.pipeline().fireExceptionCaught(e));
            return buffers.withoutRoom();
        }
    }

    private void giveBack() {
        if (buffer != null) {
            buffers.give(buffer);
            buffer = null;
        }
    }

    /** Netty has let go of the channel: nothing is being read any more. */
    void released() {
        giveBack();
    }

    @Override
    public int guess() {
        return nextBytes;
    }

    @Override
    public void reset(ChannelConfig config) {
        readBytes = 0;
    }

    /** Called when bytes have come, before they are handed on. */
    @Override
    public void incMessagesRead(int count) {
        owed = false;
    }

    @Override
    public void lastBytesRead(int count) {
        readBytes = withoutRoom || count < -1 ? 0 : count; // without room the system says 0, which Netty takes for the end
        if (count == attemptedBytes) {
            nextBytes = Math.min(nextBytes * 4, ReadBuffers.LARGEST_BYTES);
        } else if (count < nextBytes / 4) {
            nextBytes = Math.max(nextBytes / 2, buffers.smallestBytes());
        }
        if (readBytes < 0) {
            wanted = false; // an end stays ready for ever (HALF-007)
            if (hidesEnd) {
                hidden = true;
                readBytes = 0;
            }
        }
    }

    @Override
    public int lastBytesRead() {
        return readBytes;
    }

    @Override
    public void attemptedBytesRead(int count) {
        attemptedBytes = count;
    }

    @Override
    public int attemptedBytesRead() {
        return attemptedBytes;
    }

    /** What is left is ready again in the next poll, after the other connections had their turn (ORDER-011). */
    @Override
    public boolean continueReading() {
        return false;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return false;
    }

    @Override
    public void readComplete() {
        giveBack();
    }
}
