package dev.anyloop.core.signal;

import dev.anyloop.Signal;
import dev.anyloop.SignalCallback;
import dev.anyloop.core.turn.Gauge;
import dev.anyloop.core.turn.Loop;
import dev.anyloop.core.turn.Ref;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One callback for one signal. */
final class CoreSignal implements Signal {

    // set once
    private final Loop loop;
    private final Signals signals;
    private final String name;
    private final SignalCallback callback;
    private final Ref ref;
    // any thread
    private final AtomicBoolean pending = new AtomicBoolean();
    // loop thread
    private @Nullable Runnable stopListening; // null when it is over

    CoreSignal(Loop loop, Signals signals, String name, SignalCallback callback) {
        this.loop = loop;
        this.signals = signals;
        this.name = name;
        this.callback = callback;
        this.ref = new Ref() {
            @Override
            protected Gauge counter() {
                return loop.counters.signalsAlive;
            }
        };
        ref.keepAlive(false);
    }

    void begin(SignalSource source) {
        stopListening = source.listen(name, this::delivered);
        loop.counters.signals.add(1);
        ref.enter();
    }

    /** Any thread. A storm of signals is one task. */
    private void delivered() {
        if (pending.compareAndSet(false, true)) {
            try {
                loop.post(this::tell);
            } catch (Throwable noMemory) { // or the next one would not be told either
                pending.set(false);
                throw noMemory;
            }
        }
    }

    private void tell() {
        pending.set(false); // first: what comes from now on is told by another call
        if (stopListening != null) {
            loop.call("signal", this, () -> callback.run(this));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean cancel() {
        loop.checkThread();
        return end();
    }

    boolean end() {
        Runnable stop = stopListening;
        if (stop == null) {
            return false;
        }
        stop.run(); // which throws if it has no stack, and then nothing has changed
        signals.forget(this);
        stopListening = null;
        loop.counters.signals.add(-1);
        ref.leave();
        return true;
    }

    @Override
    public Signal ref() {
        loop.checkThread();
        ref.keepAlive(true);
        return this;
    }

    @Override
    public Signal unref() {
        loop.checkThread();
        ref.keepAlive(false);
        return this;
    }

    @Override
    public String toString() {
        return "signal " + name;
    }
}
