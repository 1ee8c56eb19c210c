package dev.anyloop.core.signal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The signals of this process. The JVM has one handler for each, and runs it on a thread of its own; this is a handler for as long
 * as somebody listens, and then gives its place back.
 */
public final class ProcessSignals implements SignalSource {

    public static final ProcessSignals ALL = new ProcessSignals();

    // any thread, guarded by this
    private final Map<String, Heard> heard = new HashMap<>();

    private ProcessSignals() {}

    @Override
    public synchronized Runnable listen(String name, Runnable delivered) {
        Heard signal = heard.get(name);
        if (signal == null) {
            signal = new Heard(name);
            signal.listeners.add(delivered); // first: a handler that tells nobody would make the process deaf
            heard.put(name, signal);
            try {
                signal.begin();
            } catch (Throwable thrown) {
                heard.remove(name);
                throw thrown;
            }
        } else {
            signal.listeners.add(delivered);
            signal.takePlace();
        }
        return () -> forget(name, delivered);
    }

    private synchronized void forget(String name, Runnable delivered) {
        Heard signal = heard.get(name);
        if (signal != null && signal.listeners.remove(delivered) && signal.listeners.isEmpty()) {
            heard.remove(name);
            signal.end();
        }
    }

    /** Somebody else has put a handler back that is none any more: the process would be deaf. */
    private synchronized void cameBack(Heard signal) {
        if (signal.isInPlace()) {
            signal.end();
            signal.signal.raise();
        }
    }

    /** One that somebody listens to. */
    private final class Heard {

        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private final JvmSignal signal;
        private final Object handler;
        private @Nullable Object before;

        Heard(String name) {
            this.signal = new JvmSignal(name);
            this.handler = signal.handler(this::tellAll);
        }

        void begin() {
            takePlace();
            if (signal.isIgnoring(Objects.requireNonNull(before))) { // and would ignore this handler too
                signal.handle(before);
                throw new IllegalStateException("this process was started so that it ignores " + signal
                        + ", as shells do with INT in the background and nohup with HUP (start it otherwise, or use another signal)");
            }
        }

        boolean isInPlace() {
            Object now = signal.handle(handler);
            if (now != handler) {
                signal.handle(now);
            }
            return now == handler;
        }

        /** Also from who has taken it since: who asks last is told (SIGNAL-006). */
        void takePlace() {
            Object now = signal.handle(handler);
            if (now != handler) {
                before = now;
            }
        }

        /** Who has taken the place meanwhile, keeps it. */
        void end() {
            if (isInPlace()) {
                signal.handle(before);
            }
        }

        /** Memory may run out for one, or an engine not wake up; that is no reason not to tell the others. */
        private void tellAll() {
            if (listeners.isEmpty()) {
                cameBack(this);
            }
            RuntimeException refused = null;
            Error failure = null;
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException e) {
                    refused = e;
                } catch (Error e) {
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            } else if (refused != null) {
                throw refused;
            }
        }
    }
}
