package dev.anyloop.core;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.spi.LoopRegistry;
import java.util.function.LongSupplier;

/** Where a backend turns its transport into a loop. */
public final class Loops {

    private Loops() {}

    /**
     * Opens a loop over a transport. It belongs to the calling thread, and the transport belongs to it.
     *
     * @param backend the provider's name
     * @param options as given to the provider
     * @param transport a fresh transport of the backend
     * @return a loop that is not running yet
     */
    public static EventLoop open(String backend, LoopOptions options, Transport transport) {
        return open(backend, options, transport, System::nanoTime);
    }

    /**
     * Opens a loop whose clock is not the system's: for tests that move time by hand.
     *
     * @param backend the provider's name
     * @param options as given to the provider
     * @param transport a fresh transport of the backend
     * @param nanoClock as {@link System#nanoTime()}: never runs backwards; {@code describe()} reads it on any thread
     * @return a loop that is not running yet
     */
    public static EventLoop open(String backend, LoopOptions options, Transport transport, LongSupplier nanoClock) {
        return registered(new CoreLoop(backend, options, transport, nanoClock));
    }

    /**
     * Opens a loop that is turned by its owner.
     *
     * @param backend the provider's name
     * @param options as given to the provider
     * @param transport a fresh transport of the backend
     * @param surroundings where time, look-ups and tasks come from
     * @return a loop at rest, which belongs to the calling thread
     */
    public static SteppedLoop stepped(
            String backend, LoopOptions options, Transport transport, Surroundings surroundings) {
        return registered(new CoreLoop(backend, options, transport, surroundings));
    }

    /** Not before it is whole: others may see it from now on. */
    private static CoreLoop registered(CoreLoop loop) {
        try {
            LoopRegistry.opened(loop);
            return loop;
        } catch (Throwable e) {
            loop.close();
            throw e;
        }
    }
}
