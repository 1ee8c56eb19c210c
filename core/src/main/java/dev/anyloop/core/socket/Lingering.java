package dev.anyloop.core.socket;

import dev.anyloop.core.turn.PollWatch;

/**
 * The wait of a socket that has sent all and its end. Releasing it over unread input would make the kernel send a reset, and
 * that could destroy what is still on its way; so what the peer sends is read away. One that has said nothing since the
 * close is not waited for (CLOSE-003), unless it is secured and something is sure to be on its way (TLS-014).
 */
final class Lingering implements PollWatch {

    private final Link link;

    Lingering(Link link) {
        this.link = link;
    }

    @Override
    public boolean polled(boolean complete) {
        if (!link.isLingering()) {
            return true;
        } else if (link.input().hasDiscarded() || link.expectsMore()) {
            link.timeouts().lingering();
            return true;
        } else if (complete) {
            link.release();
        }
        return complete;
    }
}
