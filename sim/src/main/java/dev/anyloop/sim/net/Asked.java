package dev.anyloop.sim.net;

import java.util.ArrayList;
import java.util.List;

/**
 * What is asked for by rules about the same: each holds until it is ended, and while several do, the newest counts.
 *
 * @param <V> what one asks for
 */
public final class Asked<V> {

    /** Two rules are never the same, though they ask for the same. */
    private static final class One<V> {
        private final V value;

        One(V value) {
            this.value = value;
        }
    }

    private final List<One<V>> all = new ArrayList<>(); // the newest last

    /**
     * Begins a rule.
     *
     * @return ends it, and no other
     */
    public Runnable begin(V value) {
        One<V> one = new One<>(value);
        all.add(one);
        return () -> all.remove(one);
    }

    /** Whether there is a rule. */
    public boolean isAny() {
        return !all.isEmpty();
    }

    /** What counts. */
    public V or(V usual) {
        return all.isEmpty() ? usual : all.get(all.size() - 1).value;
    }
}
