package dev.anyloop.core.signal;

import dev.anyloop.Signal;
import dev.anyloop.SignalCallback;
import dev.anyloop.core.turn.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The signals that a loop listens to. Loop thread. */
public final class Signals {

    private static final String PREFIX = "SIG";

    /** By number it is the same, but the JVM takes it for another, and lets go of who listens to that. */
    private static final Map<String, String> OTHER_NAMES = Map.of("CLD", "CHLD", "IOT", "ABRT", "POLL", "IO");

    private static final Set<String> OF_THE_SYSTEM = Set.of("KILL", "STOP");
    private static final Set<String> OF_THE_JVM = Set.of("QUIT", "SEGV", "ILL", "FPE");

    // set once
    private final Loop loop;
    private final SignalSource source;
    // loop thread
    private final List<CoreSignal> all = new ArrayList<>();

    public Signals(Loop loop, SignalSource source) {
        this.loop = loop;
        this.source = source;
    }

    public Signal listen(String name, SignalCallback callback) {
        check(name);
        CoreSignal signal = new CoreSignal(loop, this, name, callback);
        all.add(signal); // first: one that is heard and not listed would be heard for ever
        try {
            signal.begin(source);
        } catch (Throwable thrown) {
            all.remove(signal);
            throw thrown;
        }
        return signal;
    }

    private static void check(String name) {
        String plain = name.toUpperCase(Locale.ROOT);
        if (plain.startsWith(PREFIX)) {
            plain = plain.substring(PREFIX.length());
        }
        if (!plain.equals(name)) {
            throw new IllegalArgumentException("signals have no SIG in front and are in upper case: \"" + name
                    + "\" (use \"" + plain + "\")");
        } else if (OTHER_NAMES.containsKey(name)) {
            throw new IllegalArgumentException(name + " is another name of a signal (use \"" + OTHER_NAMES.get(name) + "\")");
        } else if (OF_THE_SYSTEM.contains(name)) {
            throw new IllegalArgumentException("no program can listen to " + name + " (use \"TERM\", which asks for the end)");
        } else if (OF_THE_JVM.contains(name)) {
            throw new IllegalArgumentException("the JVM keeps " + name + " for itself (use another, such as \"USR1\")");
        } else if (!JvmSignal.exists(name)) {
            throw new IllegalArgumentException("there is no signal \"" + name + "\" on this system (use for example \"TERM\")");
        }
    }

    /** Those that have not been told yet are not told any more. */
    public void close() {
        List.copyOf(all).forEach(CoreSignal::end);
    }

    void forget(CoreSignal signal) {
        all.remove(signal);
    }
}
