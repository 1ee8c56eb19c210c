package dev.anyloop;

import dev.anyloop.spi.EventLoopProvider;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several loops, each on a thread of its own, which are started and ended together: for programs that want more than one
 * processor. With {@link ListenOptions#withReusePort} each of them listens on the same port:
 *
 * <pre>{@code
 * ListenOptions shared = ListenOptions.defaults().withReusePort(true);
 * try (EventLoops loops = EventLoops.start(4, loop -> loop.listen(null, 9003, shared, Chat::join))) {
 *     loops.await();
 * }
 * }</pre>
 *
 * <p><b>Start.</b> The loops begin one after the other: each finds what the {@code init} before it has done and left in
 * variables, and must not wait for a later one. To share a port that the system chooses, let the first listen on port 0 and
 * the others on the port it got (SHARE-006).
 *
 * <p><b>Threads.</b> They are named after their loops, and are no daemons: the process lives as long as one of them. The
 * methods here are safe from any thread; but on that of one of the loops {@link #await} and {@link #close} throw
 * {@link IllegalStateException}, since they would wait for themselves.
 *
 * <p><b>Failure.</b> When {@link EventLoop#run()} of one throws, the others are closed too. Whoever waits in {@link #await} or
 * {@link #close} gets what it threw; if nobody does at that time, it is logged as an error (SHARE-010).
 */
public final class EventLoops implements AutoCloseable {

    // set by start
    private final List<LoopThread> threads = new CopyOnWriteArrayList<>();
    // guarded by this
    private int waiting; // who will throw what fails
    private boolean told; // somebody has thrown it
    private @Nullable Throwable failure;

    private EventLoops() {}

    /**
     * Starts loops with the default options; see {@link #start(int, LoopOptions, LoopCallback)}.
     *
     * @param count how many, at least 1
     * @param init runs first in each of them, one after the other
     * @return the loops, when the last {@code init} has returned
     */
    public static EventLoops start(int count, LoopCallback init) {
        return start(count, LoopOptions.defaults(), init);
    }

    /**
     * Starts loops on the backend that {@link EventLoop#open(LoopOptions)} would choose on the calling thread. Each ends when
     * nothing keeps it alive, or when it is stopped or closed, as with {@link EventLoop#start(LoopOptions, LoopCallback)}. If one
     * cannot be opened, or its {@code init} throws and nobody handles it, all are closed and this throws (SHARE-007). An interrupt
     * meanwhile is kept for later.
     *
     * @param count how many, at least 1; {@link Runtime#availableProcessors} is a good choice if they have the machine for themselves
     * @param options how to open each; their names get a number, from 1
     * @param init runs first in each of them, one after the other
     * @return the loops, when the last {@code init} has returned
     * @throws IllegalArgumentException if the count is less than 1
     * @throws BackendUnavailableException if there is no such backend to open
     */
    public static EventLoops start(int count, LoopOptions options, LoopCallback init) {
        checkCount(count);
        return start(Backends.found().choose(Objects.requireNonNull(options, "options")), count, options, init);
    }

    /**
     * Starts loops of a given provider, as {@link #start(int, LoopOptions, LoopCallback)} does.
     *
     * @param provider opens each of them on its thread
     * @param count how many, at least 1
     * @param options how to open each; their names get a number, from 1
     * @param init runs first in each of them, one after the other
     * @return the loops, when the last {@code init} has returned
     * @throws IllegalArgumentException if the count is less than 1
     * @throws BackendUnavailableException if one cannot be opened
     */
    public static EventLoops start(EventLoopProvider provider, int count, LoopOptions options, LoopCallback init) {
        Objects.requireNonNull(provider, "provider");
        checkCount(count);
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(init, "init");
        EventLoops loops = new EventLoops();
        loops.startAll(provider, count, options, init);
        return loops;
    }

    private static void checkCount(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "count < 1: " + count + " (for one on each processor, use Runtime.getRuntime().availableProcessors())");
        }
    }

    private void startAll(EventLoopProvider provider, int count, LoopOptions options, LoopCallback init) {
        changeWaiting(1);
        try {
            for (int number = 1; number <= count && failure() == null; number++) {
                LoopOptions itsOptions = options.withName(options.name() + "-" + number);
                LoopThread thread = new LoopThread(provider, itsOptions, init, thrown -> failed(itsOptions.name(), thrown));
                threads.add(thread);
                thread.start();
            }
        } catch (Error e) { // there is no memory for it, or no more threads
            failed(options.name(), e);
        }
        if (changeWaiting(-1)) {
            close();
        }
    }

    // ---- while they run ----

    /**
     * The loops in the order of their start, to hand work to by {@link EventLoop#execute}. Those that have ended are closed.
     *
     * @return an immutable list
     */
    public List<EventLoop> loops() {
        return threads.stream().map(LoopThread::loop).toList();
    }

    /**
     * Winds all loops down, each as {@link EventLoop#shutdown} does (SHARE-009). Returns at once; {@link #await} tells when they
     * have ended.
     *
     * @param grace how long the sockets have; zero or negative aborts them in the next turn
     */
    public void shutdown(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        tellAll(thread -> {
            EventLoop loop = thread.loop();
            try {
                loop.execute(() -> loop.shutdown(grace));
            } catch (RejectedExecutionException e) {
                // It has ended.
            }
        });
    }

    /** One that cannot be told, for want of memory for example, keeps none of the others from it. */
    private void tellAll(Consumer<LoopThread> what) {
        Throwable untold = null;
        for (LoopThread thread : threads) {
            try {
                what.accept(thread);
            } catch (RuntimeException | Error e) {
                untold = e;
            }
        }
        if (untold instanceof Error error) {
            throw error;
        } else if (untold != null) {
            throw (RuntimeException) untold;
        }
    }

    /**
     * Waits until all loops have ended, and their threads (SHARE-008). Throws what {@link EventLoop#run()} of the first that failed
     * threw, with the failures of others as suppressed (SHARE-010).
     *
     * @throws InterruptedException if the calling thread is interrupted; the loops go on
     * @throws IllegalStateException on the thread of one of the loops
     */
    public void await() throws InterruptedException {
        checkNotInside("await()");
        changeWaiting(1);
        try {
            for (LoopThread thread : threads) {
                thread.join();
            }
        } finally {
            changeWaiting(-1);
        }
        rethrow(true);
    }

    /**
     * Stops all loops and closes them, as {@link EventLoop#close} does, and waits until they and their threads have ended
     * (SHARE-009). Throws what {@link #await} would, unless that has thrown it before. An interrupt does not end the wait; it is set
     * again on return.
     *
     * @throws IllegalStateException on the thread of one of the loops
     */
    @Override
    public void close() {
        checkNotInside("close()");
        changeWaiting(1);
        try {
            tellAll(LoopThread::stop);
            threads.forEach(LoopThread::joinUninterrupted);
        } finally {
            changeWaiting(-1);
        }
        rethrow(false);
    }

    private void checkNotInside(String call) {
        if (threads.stream().anyMatch(LoopThread::isCurrent)) {
            throw new IllegalStateException(call + " on thread " + Thread.currentThread().getName()
                    + ", which is one of those it would wait for (use shutdown(), or call it on another thread)");
        }
    }

    // ---- failure ----

    /** Answers whether one has failed by then. */
    private synchronized boolean changeWaiting(int change) {
        waiting += change;
        return failure != null;
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }

    private void failed(String name, Throwable thrown) {
        boolean waitedFor = note(thrown);
        tellAll(LoopThread::stop); // first: a logger is the user's, and may throw
        if (!waitedFor) {
            System.getLogger("dev.anyloop").log(System.Logger.Level.ERROR,
                    "loop \"" + name + "\" failed, and those started with it are closed", thrown);
        }
    }

    /** Answers whether somebody waits for it. */
    private synchronized boolean note(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
        return waiting > 0;
    }

    private synchronized void rethrow(boolean again) {
        if (failure == null || told && !again) {
            return;
        }
        told = true;
        if (failure instanceof Error error) {
            throw error;
        }
        throw failure instanceof RuntimeException unchecked ? unchecked : new CompletionException(failure);
    }
}
