package dev.anyloop.adapters;

import dev.anyloop.EventLoop;

/** What may not be done on the thread that would have to end the wait. */
final class Blocking {

    private Blocking() {}

    static void check(EventLoop loop, String what) {
        if (loop.inLoop()) {
            throw new IllegalStateException(what + " on the loop's own thread, " + Thread.currentThread().getName()
                    + ", would never end: do it on another thread, or use a callback");
        }
    }
}
