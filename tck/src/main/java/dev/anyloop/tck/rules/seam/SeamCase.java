package dev.anyloop.tck.rules.seam;

import java.util.ArrayList;
import java.util.List;

/**
 * One use of a handle inside of an event.
 *
 * @param moment when it is done
 * @param use what is done
 * @param ofAnother whether to another connection than that of the event
 * @param lent whether both have a buffer lent, if they are connected before
 * @param ready whether the other direction is ready in the same poll
 */
record SeamCase(Moment moment, Use use, boolean ofAnother, boolean lent, boolean ready) {

    /** When it is done. The names of those of a connection are the events'. */
    enum Moment {
        CONNECTED("connected"), RECEIVED("received"), INPUT_ENDED("inputEnded"), WRITTEN("written"), FAILED("failed"),
        CLOSED("closed"), ACCEPTED(""), ACCEPTOR_CLOSED("");

        final String event;

        Moment(String event) {
            this.event = event;
        }

        /** Whether the connection of the event is made by it, or is none. */
        boolean isFirst() {
            return this == CONNECTED || event.isEmpty();
        }
    }

    /** What is done. */
    enum Use { PAUSE, RESUME, OFFER, LEND, SHUT_DOWN, CLOSE }

    static List<SeamCase> at(Moment moment) {
        List<SeamCase> cases = new ArrayList<>();
        for (Use use : Use.values()) {
            for (int bits = 0; bits < 8; bits++) {
                SeamCase one = new SeamCase(moment, use, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0);
                if (one.isPossible()) {
                    cases.add(one);
                }
            }
        }
        return cases;
    }

    /** Whether core could do it: see {@code Connection} for what it never does. */
    private boolean isPossible() {
        if (moment == Moment.WRITTEN && !lent || moment.isFirst() && lent && !ofAnother) {
            return false;
        }
        if (isOutput() && lent) {
            return moment == Moment.WRITTEN && !ofAnother; // when all is written
        }
        return ofAnother || switch (moment) {
            case CLOSED, ACCEPTOR_CLOSED -> false;
            case FAILED -> use == Use.CLOSE;
            case INPUT_ENDED -> use != Use.RESUME;
            default -> true;
        };
    }

    boolean isOutput() {
        return use == Use.OFFER || use == Use.LEND || use == Use.SHUT_DOWN;
    }
}
