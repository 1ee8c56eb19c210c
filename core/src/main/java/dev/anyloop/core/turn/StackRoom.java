package dev.anyloop.core.turn;

/**
 * Whether there is stack for what cannot be taken back in its middle: what an engine does to close something, or the JVM to change who
 * hears of a signal. It costs a fraction of a microsecond.
 */
public final class StackRoom {

    /** As small as a compiler makes them; what is called instead may have larger ones, and be some dozen calls deep. */
    private static final int FRAMES = 160;

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
