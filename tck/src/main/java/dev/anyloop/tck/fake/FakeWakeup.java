package dev.anyloop.tck.fake;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What ends a poll that waits for another thread, which is all that takes real time. Safe from any thread. */
final class FakeWakeup {

    /** A thread of the same test has long done by then what it was to do. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final long patienceNanos;
    private boolean asked;

    FakeWakeup(Duration patience) {
        this.patienceNanos = patience.toNanos();
    }

    synchronized void ask() {
        asked = true;
        notifyAll();
    }

    synchronized boolean isAsked() {
        return asked;
    }

    synchronized void clear() {
        asked = false;
    }

    /** Time stands still meanwhile, so if nobody asks, this test would never end. */
    synchronized void await() {
        long start = System.nanoTime();
        try {
            while (!asked) {
                long left = patienceNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new IllegalStateException("nothing can happen any more, and no other thread has woken the loop for "
                            + Duration.ofNanos(patienceNanos) + " (let the script end what it waits for)");
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            // poll may return early (SEAM-008); core decides what an interrupt means.
        }
    }
}
