package dev.anyloop.core.tls;

/** Where a handshake does what takes long: not on the loop's thread, which it would block (TLS-006). */
public interface Offload {

    /** Runs it later; it does not throw. */
    void run(Runnable work);

    /** Nothing follows; what is under way may be interrupted. */
    default void close() {}
}
