package dev.anyloop.core.turn;

import dev.anyloop.Hold;

/** One share in keeping the loop alive, which is let go once, by whichever thread comes first. */
public final class CoreHold implements Hold {

    // set once
    private final Loop loop;
    // any thread, guarded by this
    private boolean released;

    /** Loop thread. */
    public CoreHold(Loop loop) {
        this.loop = loop;
        loop.counters.holds.incrementAndGet(); // last: nobody could release one that was not made
    }

    /** An error in one of the calls comes before anything has changed, or when all has (THREAD-008). */
    @Override
    public void release() {
        loop.wake();
        synchronized (this) {
            if (!released) {
                loop.counters.holds.decrementAndGet();
                released = true;
            }
        }
        loop.wake();
    }
}
