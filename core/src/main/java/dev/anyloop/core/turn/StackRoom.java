package dev.anyloop.core.turn;

/**
 * Whether there is stack for what cannot be taken back in its middle: what an engine does to close something, or the JVM to change who
 * hears of a signal.
 */
public final class StackRoom {

    /**
     * Five kibibytes of what HotSpot's best compiler makes of them, sixteen bytes each; three times that of the other one. Engines take
     * up to two, compiled, and more the first times.
     */
    private static final int FRAMES = 320;

    private StackRoom() {}

    /** Overflows here, where nothing has changed yet, if there is none. */
    public static void require() {
        descend(FRAMES);
    }

    /** Each call adds to what the next one returns, so that none of them is left out. */
    private static int descend(int frames) {
        return frames == 0 ? 0 : 1 + descend(frames - 1);
    }
}
