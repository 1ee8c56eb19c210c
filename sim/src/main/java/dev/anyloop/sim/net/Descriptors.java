package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;

/** How many descriptors the programs of a machine have open, and how many they may. */
public final class Descriptors {

    private final Runnable onRefused;
    private int used;
    private final Asked<Integer> most = new Asked<>();

    /** @param onRefused called when there is none left */
    Descriptors(Runnable onRefused) {
        this.onRefused = onRefused;
    }

    void take() throws EngineException {
        if (used >= most.or(Integer.MAX_VALUE)) {
            onRefused.run();
            throw new EngineException(ErrorKind.TOO_MANY_OPEN_FILES, "Too many open files");
        }
        used++;
    }

    void give() {
        used--;
    }

    public int used() {
        return used;
    }

    /**
     * Begins a rule.
     *
     * @param more how many more there may be, none if 0
     * @return ends it
     */
    public Runnable limit(int more) {
        return most.begin(used + more);
    }

    void clear() {
        used = 0;
    }
}
