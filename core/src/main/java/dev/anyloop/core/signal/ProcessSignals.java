package dev.anyloop.core.signal;

import dev.anyloop.core.turn.StackRoom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The signals of this process. The JVM has one handler for each, and runs it on a thread of its own; this is a handler for as long
 * as somebody listens, and then gives its place back. Applications may have copies of this class, in class loaders of their own: their
 * handlers stand behind each other, the last that was asked in front, and who ends has what is behind it take its place wherever it
 * stands.
 */
public final class ProcessSignals implements SignalSource {

    public static final ProcessSignals ALL = new ProcessSignals();

    // any thread, guarded by the lock of all copies
    private final Map<String, Heard> heard = new HashMap<>();

    private ProcessSignals() {}

    @Override
    public Runnable listen(String name, Runnable delivered) {
        Runnable stop = () -> forget(name, delivered); // first: who cannot be stopped would listen for ever
        StackRoom.require();
        synchronized (JvmSignal.lock()) {
            add(name, delivered);
        }
        return stop;
    }

    private void add(String name, Runnable delivered) {
        Heard known = heard.get(name);
        Heard signal = known == null ? new Heard(name) : known;
        signal.listeners.add(delivered); // first: a handler that tells nobody would make the process deaf
        heard.put(name, signal);
        try {
            if (known == null) {
                signal.begin();
            } else {
                signal.takePlace();
            }
        } catch (Throwable thrown) {
            signal.listeners.remove(delivered);
            if (known == null) {
                heard.remove(name);
            }
            throw thrown;
        }
    }

    /** If there is no stack for it, all is as it was, and it may be tried again. */
    private void forget(String name, Runnable delivered) {
        StackRoom.require();
        synchronized (JvmSignal.lock()) {
            Heard signal = heard.get(name);
            if (signal != null && signal.listeners.remove(delivered) && signal.listeners.isEmpty()) {
                heard.remove(name);
                signal.end();
            }
        }
    }

    /** Somebody else has put a handler back that is none any more: the process would be deaf. */
    private void cameBack(Heard signal) {
        synchronized (JvmSignal.lock()) {
            if (signal.end()) {
                signal.signal.raise();
            }
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
            this.handler = signal.handler(this::tellAll, this::replace);
        }

        void begin() {
            takePlace();
            if (signal.isIgnoring(Objects.requireNonNull(before))) { // and would ignore this handler too
                signal.handle(before);
                throw new IllegalStateException("this process was started so that it ignores " + signal
                        + ", as shells do with INT in the background and nohup with HUP (start it otherwise, or use another signal)");
            }
        }

        /** Also from who has taken it since, and stands behind this now: who asks last is told (SIGNAL-006). */
        void takePlace() {
            Object now = signal.handle(handler);
            if (now != handler) {
                if (before != null) {
                    JvmSignal.replaceBehind(now, handler, before);
                }
                before = now;
            }
        }

        /** Who has taken the place meanwhile, keeps it. Tells whether there was nobody. */
        boolean end() {
            Object now = signal.handle(handler);
            if (now == handler) {
                signal.handle(before);
                return true;
            }
            signal.handle(now);
            JvmSignal.replaceBehind(now, handler, Objects.requireNonNull(before));
            return false;
        }

        /** Of another copy, which ends or comes to the front. */
        private void replace(Object replaced, Object by) {
            if (before == replaced) {
                before = by;
            } else if (before != null) {
                JvmSignal.replaceBehind(before, replaced, by);
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
