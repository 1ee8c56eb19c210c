package dev.anyloop.tck.rules.thread;

import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * Calls at the end of a stack: the first ones overflow at once, later ones, each a frame further up, ever deeper inside of
 * what they call, until there is room enough.
 */
final class Overflow {

    static final int CALLS = 500;

    private static final int STACK_BYTES = 192 * 1024; // overflows soon
    private static final int SPINS = 20_000;

    private final IntConsumer call;
    private final boolean[] returned = new boolean[CALLS];
    private volatile int calls;

    private Overflow(IntConsumer call) {
        this.call = call;
    }

    /** Calls it with 0, 1, 2 … on a thread of its own; returns which calls returned, rather than overflow. */
    static BitSet calls(IntConsumer call) throws InterruptedException {
        Overflow overflow = new Overflow(call);
        Thread thread = new Thread(null, overflow::run, "tck-overflow", STACK_BYTES);
        thread.start();
        thread.join();
        BitSet numbers = new BitSet();
        for (int i = 0; i < CALLS; i++) {
            numbers.set(i, overflow.returned[i]);
        }
        return numbers;
    }

    /** The first call is made at the top: what is done for the first time may not fail, or it never works. */
    private void run() {
        call();
        descend();
    }

    private void descend() {
        try {
            descend();
        } catch (StackOverflowError e) {
            // this is the end of the stack
        }
        if (calls < CALLS) {
            for (int i = 0; i < SPINS && calls > 0; i++) {
                // a loop that was woken waits again meanwhile; there may be no room to call what waits for that
            }
            call();
        }
    }

    private void call() {
        int number = calls++;
        try {
            call.accept(number);
            returned[number] = true;
        } catch (StackOverflowError e) {
            // as it is meant to be
        }
    }
}
