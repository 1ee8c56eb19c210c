package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.anyloop.core.transport.EngineException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel what it has, once for all: by trying, because what it calls itself says little where it is patched. Where something
 * is only short, of memory for example, it does without, and asks again the next time.
 */
final class Probe {

    private static final int REGISTER_PROBE = 8;
    private static final int MOST_REQUESTS = 128;
    private static final int FEW = 8;
    private static final int NO_DESCRIPTOR = -1;

    private static @Nullable Features result;

    private final Libc libc;
    private boolean sure = true;

    private Probe(Libc libc) {
        this.libc = libc;
    }

    /**
     * The best that this kernel can do.
     *
     * @throws EngineException if that is nothing
     */
    static synchronized Features result() throws EngineException {
        if (result != null) {
            return result;
        }
        Probe probe = new Probe(new Libc());
        Features found = probe.ask();
        if (probe.sure) {
            result = found;
        }
        return found;
    }

    /** Whether what it answers remains. */
    static synchronized boolean isSure() {
        return result != null;
    }

    private Features ask() throws EngineException {
        boolean singleIssuer = canOpen(new Features(true, false, false, false, false, false, FEW, FEW));
        Ring ring = new Ring(libc, new Features(singleIssuer, false, false, false, false, true, FEW, FEW));
        try {
            requireRequests(ring);
            boolean registered = has(ring.registration());
            boolean bufferRing = has(BufferRing.register(ring, ring.allocate(64 * 1024, 64 * 1024), FEW, false));
            boolean multishot = knows(ring, Ring.ACCEPT | Ring.ACCEPT_MULTISHOT << 16)
                    && knows(ring, Ring.RECEIVE | Ring.SELECT_BUFFER << 8 | Ring.RECEIVE_MULTISHOT << 16);
            boolean messageRing = has(Wakeup.sendMessage(libc, ring.fd(), ring.allocate(64, 8)));
            return new Features(singleIssuer, multishot, bufferRing, bufferRing && hasIncremental(), messageRing,
                    registered, 256, FEW);
        } finally {
            ring.close(true);
        }
    }

    /** Whether the kernel has what it was asked for; not sure if it says that something is short. */
    private boolean has(int answer) {
        sure &= !Errno.isShortage(answer);
        return answer >= 0;
    }

    private boolean canOpen(Features features) {
        try {
            new Ring(libc, features).close(true);
            return true;
        } catch (EngineException e) {
            sure &= Errno.isOf(Errno.EINVAL, e);
            return false;
        }
    }

    /** With a ring of its own, because a group has one ring of buffers only. */
    private boolean hasIncremental() throws EngineException {
        Ring ring = new Ring(libc, new Features(false, false, false, false, false, false, FEW, FEW));
        try {
            return has(BufferRing.register(ring, ring.allocate(64 * 1024, 64 * 1024), FEW, true));
        } finally {
            ring.close(true);
        }
    }

    private static void requireRequests(Ring ring) throws EngineException {
        MemorySegment probe = ring.allocate(16 + 8L * MOST_REQUESTS, 8); // the last there is, their number; opcode, flags of each
        Errno.check("io_uring_register", ring.register(REGISTER_PROBE, probe.address(), MOST_REQUESTS));
        int[] needed = {Ring.POLL_ADD, Ring.ACCEPT, Ring.ASYNC_CANCEL, Ring.READ, Ring.SEND, Ring.RECEIVE};
        for (int request : needed) {
            if (request > probe.get(JAVA_BYTE, 0) || (probe.get(JAVA_SHORT, 16 + 8L * request + 2) & 1) == 0) {
                throw new EngineException(Errno.EINVAL, "io_uring: the kernel does not know request " + request);
            }
        }
    }

    /** By asking for it of no descriptor: how a request is made it looks at before whom it is for. */
    private boolean knows(Ring ring, int what) throws EngineException {
        ring.add(what, NO_DESCRIPTOR, 0, 0, 0, 0);
        for (int tries = 0; ring.completions() == 0 && tries < 100; tries++) {
            ring.enter(0);
        }
        if (ring.completions() == 0) {
            sure = false;
            return false;
        }
        boolean known = ring.result() == -Errno.EBADF || has(ring.result());
        ring.next();
        return known;
    }
}
