package dev.anyloop.core.description;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a loop is doing.
 *
 * @param state in a word or two
 * @param inside the callback that is running, if one is
 * @param stuck if that does not return
 */
public record Activity(String state, @Nullable Inside inside, @Nullable Stuck stuck) {

    public static final Activity CLOSED = new Activity("closed", null, null);

    /** A callback, and what it is a callback of. */
    public record Inside(String callback, String of) {}

    /**
     * For how long, and where.
     *
     * @param at the stack down to the callback, the top first; empty if it has returned meanwhile
     */
    public record Stuck(double seconds, List<String> at) {

        Json json() {
            return new Json().put("seconds", seconds).putStrings("at", at);
        }

        @Override
        public String toString() {
            return "\nbusy for " + seconds + " s" + (at.isEmpty() ? "" : at.stream().collect(Collectors.joining("\n  ", ", at\n  ", "")));
        }
    }

    void json(Json json) {
        json.put("state", state)
                .put("inside", inside == null ? null : new Json().put("callback", inside.callback).put("of", inside.of))
                .put("stuck", stuck == null ? null : stuck.json());
    }

    String text(long turns) {
        return state + (inside == null ? "" : ", inside " + inside.callback + " of " + inside.of)
                + (this == CLOSED ? "" : ", " + turns + " turns") + (stuck == null ? "" : stuck);
    }
}
