package dev.anyloop.uring;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the kernel may be using for an open ring: what it receives into, and what it sends. A transport that is forgotten
 * without having been closed is collected, but its ring is not, and goes on with what is in flight: so this memory stays, or the
 * kernel would read and write what is somebody else's by then.
 */
final class InUse {

    private static final int FIRST_SIZE = 64;

    /** Of all rings that are open. Nothing here leads to their transports. */
    private static final Set<InUse> OPEN = ConcurrentHashMap.newKeySet();

    // loop thread
    private @Nullable ByteBuffer received; // only kept
    private @Nullable ByteBuffer[] sent = new ByteBuffer[FIRST_SIZE]; // by the places of handles

    private InUse(@Nullable ByteBuffer received) {
        this.received = received;
    }

    /**
     * Of a ring that has just been opened.
     *
     * @param received what it receives into, if the kernel chooses where
     */
    static InUse open(@Nullable ByteBuffer received) {
        InUse opened = new InUse(received);
        OPEN.add(opened);
        return opened;
    }

    /** For so many handles, of which none then needs memory to be sent from. */
    void makeRoom(int all) {
        if (all > sent.length) {
            sent = Arrays.copyOf(sent, Integer.highestOneBit(all - 1) << 1);
        }
    }

    void sending(long id, ByteBuffer bytes) {
        sent[Handles.place(id)] = bytes;
    }

    void sent(long id) {
        sent[Handles.place(id)] = null;
    }

    /** The ring is closed, and nothing is in flight. Whoever keeps a closed loop keeps no memory of it (RES-007). */
    void close() {
        OPEN.remove(this);
        received = null;
        Arrays.fill(sent, null);
    }
}
