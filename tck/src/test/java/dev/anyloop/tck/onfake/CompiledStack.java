package dev.anyloop.tck.onfake;

import dev.anyloop.core.turn.StackRoom;

/**
 * Asks for room at the end of a stack, often enough before for the best compiler to have made the question as small as it can, and then
 * uses what was promised, by calls that nobody has compiled.
 */
final class CompiledStack {

    private static final int OFTEN = 20_000;

    /** Of a hundred bytes each. */
    private static final int CALLS = 40;

    private static boolean promised;
    private static boolean kept;

    private CompiledStack() {}

    public static void main(String[] arguments) throws InterruptedException {
        for (int i = 0; i < OFTEN; i++) {
            StackRoom.require();
        }
        Thread thread = new Thread(null, CompiledStack::descend, "end", 256 * 1024);
        thread.start();
        thread.join();
        System.out.println(promised ? kept ? "kept" : "not kept" : "never promised");
    }

    /** Until it is promised; each call has a little more room than the one before it. */
    private static void descend() {
        try {
            descend();
        } catch (StackOverflowError e) {
            // this is the end of the stack
        }
        if (!promised) {
            StackRoom.require();
            promised = true;
            kept = calls(CALLS) == CALLS;
        }
    }

    private static int calls(int more) {
        return more == 0 ? 0 : 1 + calls(more - 1);
    }
}
