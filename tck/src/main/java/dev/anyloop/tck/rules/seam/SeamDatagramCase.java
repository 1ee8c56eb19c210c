package dev.anyloop.tck.rules.seam;

import java.util.ArrayList;
import java.util.List;

/**
 * One use of a datagram port inside of an event, while input waits for it.
 *
 * @param moment when it is done
 * @param use what is done
 * @param ofAnother whether to another port than that of the event
 * @param paused whether that one is paused before
 * @param connected whether that one is connected before
 */
record SeamDatagramCase(Moment moment, Use use, boolean ofAnother, boolean paused, boolean connected) {

    /** When it is done. The names are the events'. */
    enum Moment {
        SENDABLE("sendable"), RECEIVED("received"), REFUSED("receiveFailed"), CLOSED("closed");

        final String event;

        Moment(String event) {
            this.event = event;
        }
    }

    /** What is done. */
    enum Use { PAUSE, RESUME, SEND, CONNECT, DISCONNECT, CLOSE }

    static List<SeamDatagramCase> at(Moment moment) {
        List<SeamDatagramCase> cases = new ArrayList<>();
        for (Use use : Use.values()) {
            for (int bits = 0; bits < 8; bits++) {
                SeamDatagramCase one = new SeamDatagramCase(moment, use, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0);
                if (one.isPossible()) {
                    cases.add(one);
                }
            }
        }
        return cases;
    }

    /** Who is told of input is not paused, who is refused is connected to somebody else, and who is closed is done with. */
    private boolean isPossible() {
        return ofAnother || switch (moment) {
            case SENDABLE -> true;
            case RECEIVED -> !paused;
            case REFUSED -> !paused && !connected;
            case CLOSED -> false;
        };
    }
}
