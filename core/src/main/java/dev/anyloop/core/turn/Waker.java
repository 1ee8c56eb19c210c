package dev.anyloop.core.turn;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the loop's waits. Others look at who waits after they did something, the loop looks at what they did after it said
 * that it waits: one of them sees.
 */
final class Waker {

    // set once
    private final Loop loop;
    // any thread
    private final AtomicLong waiting = new AtomicLong(); // which turn it is that waits, from 1; 0 if none

    Waker(Loop loop) {
        this.loop = loop;
    }

    /** The loop is going to wait. */
    void waitBegins() {
        waiting.set(loop.counters.turns.get() + 1);
    }

    void waitEnds() {
        waiting.setOpaque(0);
    }

    boolean isWaiting() {
        return waiting.get() != 0;
    }

    /**
     * Any thread. Called before something is done for the loop, where it may run out of memory or of stack without harm, and
     * again afterwards, when there is seldom anything left to do: only if the loop began to wait in between. Of many at once
     * the first pays for the wake-up; one that fails leaves the loop waiting, and the next to be called wakes it.
     */
    void wake() {
        long turn = waiting.get();
        if (turn != 0) {
            loop.transport.wakeup();
            waiting.compareAndSet(turn, 0);
        }
    }
}
