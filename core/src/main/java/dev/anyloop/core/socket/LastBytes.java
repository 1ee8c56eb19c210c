package dev.anyloop.core.socket;

import dev.anyloop.core.turn.PollWatch;

/**
 * The wait of a socket whose output has failed: what the peer sent before it went away is still delivered, until a poll
 * brings nothing more (READ-005). An end or a failure on the way says the same.
 */
final class LastBytes implements PollWatch {

    // set once
    private final Link link;
    // loop thread
    private long seen;

    LastBytes(Link link) {
        this.link = link;
        this.seen = link.told();
    }

    @Override
    public boolean polled(boolean complete) {
        if (!link.isConnected()) {
            return true;
        } else if (!complete) {
            return false;
        }
        boolean quiet = link.told() == seen && !link.input().isHolding();
        if (quiet) {
            link.failOutput();
        }
        seen = link.told();
        return quiet;
    }
}
