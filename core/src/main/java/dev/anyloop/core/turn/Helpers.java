package dev.anyloop.core.turn;

/** Who does for a loop what would block its thread. */
public interface Helpers {

    /** Runs it later; it does not throw. */
    void run(Runnable work);

    /** Nothing follows; what is under way may be interrupted. */
    default void close() {}
}
