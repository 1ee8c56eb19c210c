package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;
import java.util.Set;

/**
 * What a ring uses of what the kernel has.
 *
 * @param singleIssuer only the loop's thread asks for work, and what is put off is done when it does (Linux 6.1)
 * @param multishot one request accepts, or receives, again and again (6.0)
 * @param bufferRing a receive takes memory when there is something to receive, and not before (5.19)
 * @param incremental receives share buffers of that ring (6.12)
 * @param messageRing a wake-up needs no descriptor (6.13)
 * @param registeredRing the kernel need not look the ring up at each call (5.18)
 * @param entries how many requests can be queued before they have to be submitted; the kernel makes it a power of two
 * @param buffers how many buffers there are to receive into, a power of two
 */
record Features(boolean singleIssuer, boolean multishot, boolean bufferRing, boolean incremental, boolean messageRing,
        boolean registeredRing, int entries, int buffers) {

    private static final String PROPERTY = "anyloop.uring.";

    /**
     * Asks the kernel, and leaves away what system properties do not want: {@code anyloop.uring.without} names parts, such as
     * {@code multishot,buffer-ring}, {@code anyloop.uring.entries} and {@code anyloop.uring.buffers} are numbers.
     *
     * @throws EngineException if it has no io_uring, or lets this process use none
     */
    static Features probed() throws EngineException {
        Features kernels = Probe.result();
        Set<String> without = Set.of(System.getProperty(PROPERTY + "without", "").split(","));
        boolean bufferRing = kernels.bufferRing && !without.contains("buffer-ring");
        boolean multishot = kernels.multishot && !without.contains("multishot");
        boolean singleIssuer = kernels.singleIssuer && !without.contains("single-issuer");
        // Where a buffer goes on is known from the order of the receives alone, which others than the owner might change.
        boolean incremental =
                kernels.incremental && bufferRing && multishot && singleIssuer && !without.contains("incremental");
        return new Features(
                singleIssuer,
                multishot,
                bufferRing,
                incremental,
                kernels.messageRing && !without.contains("msg-ring"),
                kernels.registeredRing && singleIssuer && !without.contains("registered-ring"),
                Integer.getInteger(PROPERTY + "entries", kernels.entries),
                Integer.getInteger(PROPERTY + "buffers", incremental ? 4 : 64));
    }

    /** For a loop whose thread is not always the same one to the kernel. */
    Features ofAnyThread() {
        return new Features(false, multishot, bufferRing, false, messageRing, false, entries, Math.max(buffers, 64));
    }
}
