package dev.anyloop.core.socket;

/**
 * The wait of a socket that is released for the completions of writes that were made since, for example in its error
 * callback: they come before the close callback (WRITE-004).
 */
final class LastCompletions implements Runnable {

    /** One that always writes again would put the end off for ever (WRITE-006). Fewer than a closing loop waits for releases. */
    private static final int MOST_WAITS = 50;

    // set once
    private final Link link;
    // loop thread
    private int waits;

    LastCompletions(Link link) {
        this.link = link;
    }

    @Override
    public void run() {
        if (link.isCompleting() && waits < MOST_WAITS) {
            waits++;
            link.sockets.loop.defer(this);
        } else {
            link.finish();
        }
    }
}
