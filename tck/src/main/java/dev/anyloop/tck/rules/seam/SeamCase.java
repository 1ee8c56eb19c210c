package dev.anyloop.tck.rules.seam;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One use of a handle inside of an event, or two.
 *
 * @param moment when it is done
 * @param use what is done
 * @param then what is done to the same after it, or null
 * @param ofAnother whether to another connection than that of the event
 * @param lent whether both have a buffer lent, if they are connected before
 * @param ready whether the other direction is ready in the same poll
 */
record SeamCase(Moment moment, Use use, @Nullable Use then, boolean ofAnother, boolean lent, boolean ready) {

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
    enum Use {
        PAUSE(false), RESUME(false), OFFER(true), LEND(true), SHUT_DOWN(true), CLOSE(false);

        final boolean isOutput;

        Use(boolean isOutput) {
            this.isOutput = isOutput;
        }
    }

    static List<SeamCase> at(Moment moment) {
        List<SeamCase> cases = new ArrayList<>();
        for (Use use : Use.values()) {
            cases.addAll(at(moment, use, null));
        }
        return cases;
    }

    /** Of two uses. */
    static List<SeamCase> ofTwoAt(Moment moment) {
        List<SeamCase> cases = new ArrayList<>();
        cases.addAll(at(moment, Use.PAUSE, Use.RESUME));
        cases.addAll(at(moment, Use.RESUME, Use.PAUSE));
        cases.addAll(at(moment, Use.OFFER, Use.SHUT_DOWN));
        for (Use use : EnumSet.complementOf(EnumSet.of(Use.CLOSE))) {
            cases.addAll(at(moment, use, Use.CLOSE));
        }
        return cases;
    }

    private static List<SeamCase> at(Moment moment, Use use, @Nullable Use then) {
        List<SeamCase> cases = new ArrayList<>();
        for (int bits = 0; bits < 8; bits++) {
            SeamCase one = new SeamCase(moment, use, then, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0);
            if (one.isPossible(use) && (then == null || one.isPossible(then))) {
                cases.add(one);
            }
        }
        return cases;
    }

    /** Whether core could do it: see {@code Connection} for what it never does. */
    private boolean isPossible(Use use) {
        if (moment == Moment.WRITTEN && !lent || moment.isFirst() && lent && !ofAnother) {
            return false;
        }
        if (use.isOutput && lent) {
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
        return use.isOutput || then != null && then.isOutput;
    }

    Use last() {
        return then == null ? use : then;
    }
}
