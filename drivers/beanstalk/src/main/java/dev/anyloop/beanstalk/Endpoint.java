package dev.anyloop.beanstalk;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.TimerCallback;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server, as seen from a loop: what all the connections of a client share. */
final class Endpoint {

    /** User code. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    private static final System.Logger LOGGER = System.getLogger("dev.anyloop.beanstalk");

    // set once
    private final EventLoop loop;
    private final String name;
    private final Supplier<Socket> connector;
    private final BeanstalkOptions options;
    // loop thread
    private final Deque<Call> untold = new ArrayDeque<>();
    private Runnable whenClosed = () -> { };
    private boolean watching;
    private boolean ended; // and so has the loop

    Endpoint(EventLoop loop, String name, Supplier<Socket> connector, BeanstalkOptions options) {
        this.loop = loop;
        this.name = name;
        this.connector = connector;
        this.options = options;
    }

    BeanstalkOptions options() {
        return options;
    }

    /** Throws once the loop is closed or shut down. */
    Socket connect() {
        return connector.get();
    }

    /** False once the loop is shut down: then there are no more connections. */
    boolean tries(Runnable connecting) {
        try {
            connecting.run();
            return true;
        } catch (IllegalStateException shutDown) {
            return false;
        }
    }

    void checkThread() {
        if (!loop.inLoop()) {
            throw new IllegalStateException("the client of " + name + " was called on thread " + Thread.currentThread().getName()
                    + " (it belongs to the thread of its loop: use loop.execute)");
        }
    }

    BeanstalkException failure(BeanstalkError kind, Object command, @Nullable Throwable cause) {
        return new BeanstalkException(kind, command.toString(), name, cause);
    }

    OutcomeUnknownException unknown(Object command, @Nullable Throwable cause) {
        return new OutcomeUnknownException(command.toString(), name, cause);
    }

    // ---- later ----

    Wait after(Duration time, TimerCallback callback) {
        return new Wait(loop, time, callback);
    }

    /** Tries again after a time. Until then nothing but this is told when the loop is closed. */
    Wait retry(Duration pause, TimerCallback callback) {
        watch();
        return after(pause, callback);
    }

    /** What gives up all that waits, when the loop is closed: it fires no timers any more. */
    void whenClosed(Runnable givesUp) {
        whenClosed = givesUp;
    }

    /** Not before there is need: it is kept for as long as the loop. */
    private void watch() {
        if (!watching) {
            loop.closed().thenRun(() -> {
                whenClosed.run();
                tellAtEnd();
                ended = true;
            });
            watching = true;
        }
    }

    /** Nobody but the log can be told what it throws. */
    private void tellAtEnd() {
        for (Call next = untold.poll(); next != null; next = untold.poll()) {
            try {
                next.run();
            } catch (Throwable thrown) {
                log(thrown);
            }
        }
    }

    private static void log(Throwable thrown) {
        LOGGER.log(System.Logger.Level.WARNING, "thrown by a callback when the loop was closed", thrown);
    }

    /** Runs user code soon, and outside of the call in progress: of a call after the loop is closed there is no outside. */
    void later(Call call) {
        untold.add(call);
        watch();
        if (ended) {
            tellAtEnd();
        } else {
            after(Duration.ZERO, timer -> tell());
        }
    }

    /** What is for later. A loop that is closed before fires no timer, but closes connections. */
    void tell() throws Exception {
        for (Call next = untold.poll(); next != null; next = untold.poll()) {
            next.run();
        }
    }

    /** Runs user code now, inside a callback of the loop. What it throws does not keep others from being told, and is not lost. */
    void call(Call call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            if (after(Duration.ZERO, timer -> rethrow(thrown)).isInVain()) {
                log(thrown);
            }
        }
    }

    private static void rethrow(Throwable thrown) throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    @Override
    public String toString() {
        return name;
    }
}
