package dev.anyloop.core.turn;

import dev.anyloop.UncaughtCallback;
import dev.anyloop.core.description.Activity.Inside;
import dev.anyloop.core.flight.CallbackEvent;
import dev.anyloop.core.flight.TaskWait;
import dev.anyloop.core.flight.TurnEvent;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The only way in which user code runs. Knows what is running and since when, and keeps what was thrown until
 * {@code run()} can throw it.
 */
final class Calls {

    // set once
    private final Loop loop;
    private final TurnEvent turn;
    private final CallbackEvent event;
    private final Callback runTask = this::runSubject; // one for all tasks, so that running them makes no objects
    // loop thread; describe() reads them on any, where an old value does no harm
    private @Nullable String name;
    private @Nullable Object subject;
    private boolean busy; // a callback has run since the last poll began
    private long busySinceNanos;
    // loop thread
    private @Nullable UncaughtCallback onUncaught;
    private @Nullable Throwable uncaught;

    Calls(Loop loop) {
        this.loop = loop;
        this.turn = new TurnEvent(loop.name);
        this.event = new CallbackEvent(loop.name);
    }

    void onUncaught(@Nullable UncaughtCallback callback) {
        onUncaught = callback;
    }

    // ---- calling ----

    void call(String name, Object subject, Callback callback) {
        becomeBusy();
        event.begins();
        long entered = Debug.ON ? loop.clock.now() : 0;
        this.name = name;
        this.subject = subject;
        try {
            callback.run();
        } catch (Throwable thrown) {
            caught(thrown);
        }
        boolean nested = this.name == null; // as of init in its task, and then reported by what it is
        this.name = null;
        this.subject = null;
        if (!nested) {
            returned(name, subject, Debug.ON ? loop.clock.now() - entered : 0);
        }
    }

    /** The logger is the user's too, and so is what it throws. */
    private void returned(String name, Object subject, long nanos) {
        try {
            event.ends(name, subject);
            if (Debug.ON) {
                Debug.reportSlow(name, subject, nanos);
            }
        } catch (Throwable thrown) {
            caught(thrown);
        }
    }

    void callTask(Runnable task) {
        call("task", task instanceof TaskWait waited ? waited.begins(loop.name) : task, runTask);
    }

    private void runSubject() {
        ((Runnable) Objects.requireNonNull(subject)).run();
    }

    /** A turn keeps the loop busy from its first callback, which most polls bring; an empty one needs no clock. */
    private void becomeBusy() {
        if (!busy) {
            busy = true;
            busySinceNanos = loop.clock.now();
            turn.begins();
        }
    }

    /** A poll begins, or the run is over. */
    void becomeIdle() {
        if (busy) {
            busy = false;
            long nanos = loop.clock.now() - busySinceNanos;
            loop.counters.longestTurnNanos.raiseTo(nanos);
            loop.counters.busy.add(nanos);
            turn.ends();
        }
    }

    // ---- what was thrown ----

    /** By a callback: to the handler, or out of {@code run()} (LOOP-011). */
    private void caught(Throwable thrown) {
        Throwable left = thrown;
        if (onUncaught != null) {
            try {
                onUncaught.uncaught(loop.user, thrown);
                return;
            } catch (Throwable another) {
                left = another;
                if (another != thrown) {
                    another.addSuppressed(thrown);
                }
            }
        }
        keep(left);
    }

    /** Out of {@code run()} without asking the handler: what the engine throws is not a callback's. */
    void keep(Throwable thrown) {
        if (uncaught == null) {
            uncaught = thrown;
        } else if (uncaught != thrown) {
            uncaught.addSuppressed(thrown);
        }
    }

    boolean haveThrown() {
        return uncaught != null;
    }

    void rethrow() {
        Throwable thrown = uncaught;
        uncaught = null;
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (thrown instanceof Error error) {
            throw error;
        } else if (thrown != null) {
            throw new CompletionException(thrown);
        }
    }

    // ---- seen from outside ----

    /** Any thread. How long the turn at hand has kept the loop busy so far, about; 0 if it does not. */
    long busyNanos() {
        return busy ? loop.clock.now() - busySinceNanos : 0;
    }

    /** Any thread. */
    @Nullable Inside inside() {
        String name = this.name;
        Object subject = this.subject;
        return name == null ? null : new Inside(name, words(subject));
    }

    /** A task is called by its class: its own {@code toString()} is the user's, need not be for other threads, and may throw. */
    static String words(@Nullable Object subject) {
        return subject instanceof Runnable task ? task.getClass().getName() : String.valueOf(subject);
    }
}
