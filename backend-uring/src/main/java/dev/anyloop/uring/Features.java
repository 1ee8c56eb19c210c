package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;

/**
 * What a ring uses of what the kernel has.
 *
 * @param singleIssuer work is put off until the loop's thread asks for it
 * @param multishot one request accepts, or receives, again and again
 * @param bufferRing a receive takes memory when there is something to receive, and not before
 * @param incremental many receives share a buffer of that ring
 * @param messageRing a wake-up needs no descriptor
 * @param registeredRing the kernel need not look the ring up at each call
 * @param entries how many requests can be submitted at once
 * @param buffers how many buffers there are to receive into
 */
record Features(boolean singleIssuer, boolean multishot, boolean bufferRing, boolean incremental, boolean messageRing,
        boolean registeredRing, int entries, int buffers) {

    /**
     * Asks the kernel, and leaves away what system properties do not want.
     *
     * @throws EngineException if it has no io_uring, or lets nobody use it
     */
    static Features probed() throws EngineException {
        throw new EngineException(38, "not built yet"); // TODO before anybody sees it
    }
}
