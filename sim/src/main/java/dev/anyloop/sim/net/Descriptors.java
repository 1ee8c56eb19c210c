package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;

/** How many descriptors the programs of a machine have open, and how many they may. */
public final class Descriptors {

    private final Runnable onRefused;
    private int used;
    private int most = Integer.MAX_VALUE;

    /** @param onRefused called when there is none left */
    Descriptors(Runnable onRefused) {
        this.onRefused = onRefused;
    }

    void take() throws EngineException {
        if (used >= most) {
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

    /** @param more how many more there may be, none if 0; negative for no limit */
    public void limit(int more) {
        most = more < 0 ? Integer.MAX_VALUE : used + more;
    }

    void clear() {
        used = 0;
    }
}
