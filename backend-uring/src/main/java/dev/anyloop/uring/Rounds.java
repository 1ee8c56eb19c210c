package dev.anyloop.uring;

import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.Fifo;
import java.util.Objects;

/**
 * Whose wishes may differ from what is in flight, and when they are asked for: at once, or in the next round.
 *
 * <p>A round is over when all who were ready have been told. Who has been told is not asked for again in the same one: it might get
 * its answer at once, before others that were ready sooner (SEAM-008).
 */
final class Rounds {

    /** How many handles at least each entering of the kernel tells about, if so many are ready. */
    static final int BATCH = 20;

    // set once
    private final Handles handles;
    // loop thread
    private final Fifo<UringHandle> changed = new Fifo<>();
    private final Fifo<UringHandle> later = new Fifo<>(); // changed, and to be asked for in the next round
    private int round;
    private int entersInRound;

    Rounds(Handles handles) {
        this.handles = handles;
    }

    /** For so many handles, after which no change can fail. */
    void makeRoom(int all) {
        changed.makeRoom(all);
        later.makeRoom(all);
    }

    /** The number of the one at hand. */
    int round() {
        return round;
    }

    // ---- what has changed ----

    void noteChange(UringHandle handle) {
        changed.add(handle);
    }

    void noteForNextPoll(UringHandle handle) {
        later.add(handle);
    }

    /** Whether somebody waits to be asked for in this round. */
    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /** Whether nobody waits, not even for the next one. */
    boolean isQuiet() {
        return changed.isEmpty() && later.isEmpty();
    }

    /** Makes requests of what has changed. */
    void apply(Ring ring) throws EngineException {
        for (int left = changed.size(); left > 0; left--) {
            UringHandle handle = Objects.requireNonNull(changed.poll());
            boolean applied = false;
            try {
                applied = handle.applyChange(ring);
            } finally { // whatever an event throws, what is wanted is not forgotten
                if (!applied) {
                    later.add(handle);
                }
            }
        }
    }

    // ---- how far the round is ----

    /** The kernel has been entered, and what it has shown been told; so the round may be over. */
    void entered(boolean allTold) {
        entersInRound++;
        if (allTold || entersInRound * BATCH > 2 * handles.size()) {
            end();
        }
    }

    /** A receive found no buffer: it has to be repeated, and until then not all have been told. */
    void ranDry() {
        entersInRound = 0;
    }

    /** All that was ready has been told, so those who were told may be told again: in the next poll. */
    void end() {
        round++;
        entersInRound = 0;
        for (int left = later.size(); left > 0; left--) {
            changed.add(Objects.requireNonNull(later.poll()));
        }
    }
}
