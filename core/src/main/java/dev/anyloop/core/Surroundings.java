package dev.anyloop.core;

/** What a {@link SteppedLoop} takes from the world around it, apart from its engine. */
public interface Surroundings {

    /**
     * The time.
     *
     * @return as {@link System#nanoTime()}: never runs backwards; read on the loop thread only
     */
    long nanoTime();

    /**
     * Asks a resolver, where another loop would use a thread of its own: later, and not inside a callback of the loop.
     *
     * @param name what is asked for
     * @param question asks, and posts the answer to the loop; it does not throw
     */
    void lookUp(String name, Runnable question);

    /**
     * Does what takes a processor for long, such as the computations of a TLS handshake, where another loop would use a thread
     * of its own: later, and not inside a callback of the loop.
     *
     * @param work computes, and posts the result to the loop; it does not throw
     */
    void compute(Runnable work);

    /**
     * Listens to a signal of what stands for the loop's process.
     *
     * @param name without SIG, of one that there is and that programs can listen to
     * @param delivered run at each delivery, where a task may be queued
     * @return listens no longer
     */
    Runnable signal(String name, Runnable delivered);

    /** A method that belongs to the loop's thread is called on it. What this throws, its caller gets, and nothing changes. */
    void calling();

    /** A task is about to be queued, by the calling thread. What this throws, its caller gets, and there is no task. */
    void submitting();
}
