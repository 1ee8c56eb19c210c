package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * What a ring receives into: buffers that the kernel takes when there is something to receive, so that whoever waits has none.
 *
 * <p>Where the kernel has that, receives share a buffer one after the other until it is full, and only their order tells where each
 * has put its bytes.
 */
final class BufferRing {

    private static final int REGISTER = 22;
    private static final int INCREMENTAL = 2; // IOU_PBUF_RING_INC

    // struct io_uring_buf: address, length, number; the last two bytes of the first one are the tail
    private static final int ENTRY_BYTES = 16;
    private static final int TAIL = 14;
    private static final int PAGE = 64 * 1024; // of any machine

    private static final VarHandle SHORT = JAVA_SHORT.varHandle().withInvokeExactBehavior();

    // set once
    private final MemorySegment entries;
    private final int count;
    private final int bytesEach;
    private final boolean incremental;
    private final ByteBuffer all;
    private final long address;
    private final int[] used; // of each, where the next receive goes
    private final int[] held; // nobody reads them any more, but the kernel is to have them later
    // loop thread
    private int tail;
    private boolean holding;
    private int heldCount;

    BufferRing(Ring ring, Features features) throws EngineException {
        count = features.buffers();
        incremental = features.incremental();
        bytesEach = incremental ? 64 * 1024 : 16 * 1024;
        all = ByteBuffer.allocateDirect(count * bytesEach);
        address = Address.of(all);
        used = new int[count];
        held = new int[count];
        entries = ring.allocate((long) count * ENTRY_BYTES, PAGE);
        Errno.check("io_uring_register", register(ring, entries, count, incremental));
        for (int i = 0; i < count; i++) {
            giveBack(i);
        }
    }

    /** What it receives into. */
    ByteBuffer memory() {
        return all;
    }

    /** Makes memory known as a ring of buffers; negative if that failed. */
    static int register(Ring ring, MemorySegment entries, int count, boolean incremental) {
        MemorySegment request = ring.allocate(40, 8); // struct io_uring_buf_reg: address, entries, group, flags
        request.set(JAVA_LONG, 0, entries.address());
        request.set(JAVA_INT, 8, count);
        request.set(JAVA_SHORT, 14, (short) (incremental ? INCREMENTAL : 0));
        return ring.register(REGISTER, request.address(), 1);
    }

    /**
     * What a receive has brought. Called for each that has a buffer, in their order.
     *
     * @param flags of the completion
     * @return its bytes, until the buffer is {@link #release released}
     */
    ByteBuffer received(int length, int flags) {
        int buffer = flags >>> Ring.BUFFER_SHIFT;
        int from = buffer * bytesEach + used[buffer];
        used[buffer] += length;
        return all.limit(from + length).position(from);
    }

    /** Nobody reads what that receive has brought any more. */
    void release(int flags) {
        if ((flags & Ring.BUFFER_GOES_ON) != 0) {
            return;
        }
        int buffer = flags >>> Ring.BUFFER_SHIFT;
        if (holding) {
            held[heldCount++] = buffer;
        } else {
            giveBack(buffer);
        }
    }

    /**
     * A receive is to end, and the kernel, which goes on with it, has yet to hear of that. What is released is held back until then:
     * that receive would be given one buffer after the other, and bring more than may come after a pause (SEAM-011).
     */
    void hold() {
        holding = true;
    }

    /** The kernel has heard of it. */
    void giveBackHeld() {
        holding = false;
        while (heldCount > 0) {
            giveBack(held[--heldCount]);
        }
    }

    private void giveBack(int buffer) {
        used[buffer] = 0;
        long at = (long) (tail & count - 1) * ENTRY_BYTES;
        entries.set(JAVA_LONG, at, address + (long) buffer * bytesEach);
        entries.set(JAVA_INT, at + 8, bytesEach);
        entries.set(JAVA_SHORT, at + 12, (short) buffer);
        SHORT.setRelease(entries, (long) TAIL, (short) ++tail);
    }
}
