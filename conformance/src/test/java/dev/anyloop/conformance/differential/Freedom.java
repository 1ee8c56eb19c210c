package dev.anyloop.conformance.differential;

/**
 * The mask: what a backend, the kernel and the scheduler may choose. The model takes these choices at random, and only
 * these; what comes out the same whatever is chosen is compared exactly, the rest by grammar and prefix alone.
 */
enum Freedom {
    /** U1: where received data is cut. */
    CHUNKS,
    /** U2: which of two sides, or of two things that are not ordered by a rule, goes first. */
    ORDER,
    /** How much of what was written the kernels between the two sides hold. */
    BUFFERING,
    /** U3: whether the peer of an aborted socket sees FIN or RST, and which of the bytes sent before. */
    AFTER_ABORT,
    /** U6, READ-005: what a socket whose bytes reach nobody any more notices of that, and what of its input is left then. */
    RESET,
    /** LISTEN-010, CONN-008: whether a connection given up by its client is accepted at all. */
    GIVEN_UP
}
