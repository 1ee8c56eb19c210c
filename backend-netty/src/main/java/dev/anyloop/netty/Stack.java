package dev.anyloop.netty;

/** The stack of the calling thread. */
final class Stack {

    /** Several times what Netty needs to be woken, compiled or not. */
    private static final int FRAMES = 256;

    private Stack() {}

    /**
     * Overflows here, where it does no harm, if there is little room left. Netty's queue gives out a place before it fills
     * it, and Netty notes that it was woken before it is: after an overflow in between, its loop would wait for ever.
     */
    static void requireRoom() {
        descend(FRAMES);
    }

    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1;
    }
}
