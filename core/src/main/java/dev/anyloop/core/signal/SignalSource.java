package dev.anyloop.core.signal;

/** Where a loop's signals come from. */
@FunctionalInterface
public interface SignalSource {

    /**
     * Listens to a signal.
     *
     * @param name of one that there is and that programs can listen to
     * @param delivered run at each delivery, on any thread; throws nothing but what comes of too little memory
     * @return listens no longer
     * @throws IllegalArgumentException if it is not told in this process
     * @throws IllegalStateException if it is ignored
     */
    Runnable listen(String name, Runnable delivered);
}
