package dev.anyloop.uring;

import dev.anyloop.ErrorKind;
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

    /** Buffers of 64 KiB, which receives share: so few that they stay in the processor's cache. */
    private static final int FEW_LARGE = 4;

    /** Buffers of 16 KiB, each for one receive. */
    private static final int MANY_SMALL = 64;

    private static final int MOST = 16_384; // with as many buffers, 1 GiB

    private static final String PROPERTY = "anyloop.uring.";

    /**
     * Asks the kernel, and leaves away what system properties do not want: {@code anyloop.uring.without} names parts, such as
     * {@code multishot,buffer-ring} (the others are {@code incremental}, {@code msg-ring}, {@code registered-ring} and
     * {@code single-issuer}); {@code anyloop.uring.entries} and {@code anyloop.uring.buffers} are numbers,
     * powers of two.
     *
     * @throws EngineException if it has no io_uring, or lets this process use none; or if a number is none
     */
    static Features probed() throws EngineException {
        Features kernels = Probe.result();
        Set<String> without = Set.of(System.getProperty(PROPERTY + "without", "").split(","));
        Features wanted = kernels.without(without);
        return wanted.sized(number("entries", wanted.entries), number("buffers", wanted.buffers));
    }

    private static int number(String name, int otherwise) throws EngineException {
        String given = System.getProperty(PROPERTY + name, "").strip();
        int number = given.isEmpty() ? otherwise : given.matches("[0-9]{1,5}") ? Integer.parseInt(given) : 0;
        if (Integer.bitCount(number) != 1 || number > MOST) {
            throw new EngineException(ErrorKind.OTHER, PROPERTY + name + " is no power of two from 1 to " + MOST + ": " + given);
        }
        return number;
    }

    /** The same, as if the kernel had not what is named. */
    Features without(Set<String> names) {
        boolean ring = bufferRing && !names.contains("buffer-ring");
        boolean repeated = multishot && !names.contains("multishot");
        boolean single = singleIssuer && !names.contains("single-issuer");
        // Where a buffer goes on is known from the order of the receives alone, which others than the owner might change.
        boolean shared = incremental && ring && repeated && single && !names.contains("incremental");
        return new Features(single, repeated, ring, shared, messageRing && !names.contains("msg-ring"),
                registeredRing && single && !names.contains("registered-ring"), entries, shared ? FEW_LARGE : MANY_SMALL);
    }

    /** The same, but for its sizes. */
    Features sized(int entries, int buffers) {
        return new Features(
                singleIssuer, multishot, bufferRing, incremental, messageRing, registeredRing, entries, buffers);
    }

    /** For a loop whose thread is not always the same one to the kernel. */
    Features ofAnyThread() {
        return without(Set.of("single-issuer")).sized(entries, Math.max(buffers, MANY_SMALL));
    }
}
