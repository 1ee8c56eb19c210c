package dev.anyloop.tck.record;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which callback of a socket may come next: {@code connect (data)* end? error? close}, that it is secure in the middle of the
 * data, drains while it is open, and completions before the close, each once and in order. Every method answers with the problem, or null.
 *
 * <pre>
 *   CONNECTING --connect--> OPEN --end--> ENDED
 *        \___________________|______________|--error--> FAILED
 *         \__________________|______________|____________|--close--> CLOSED
 * </pre>
 */
final class Grammar {

    private enum State { CONNECTING, OPEN, ENDED, FAILED, CLOSED }

    private final Set<String> unfinished = new LinkedHashSet<>();
    private State state;

    Grammar(boolean connected) {
        state = connected ? State.OPEN : State.CONNECTING;
    }

    /** A socket that is closed or closing has nothing more to tell than its failure and its close (CLOSE-001). */
    @Nullable String next(String event, boolean isOpen) {
        State next = after(event);
        if (next == null) {
            return "\"" + event + "\" must not come when the socket is " + state;
        }
        if (!isOpen && state != State.CLOSED && !event.equals("error") && !event.equals("close")) {
            return "\"" + event + "\" must not come after close() or abort()";
        }
        if (next == State.CLOSED && !unfinished.isEmpty()) {
            return "closed before the completions " + unfinished;
        }
        state = next;
        return null;
    }

    private @Nullable State after(String event) {
        boolean connected = state == State.OPEN || state == State.ENDED;
        return switch (event) {
            case "connect" -> state == State.CONNECTING ? State.OPEN : null;
            case "secure" -> state == State.OPEN ? State.OPEN : null;
            case "data" -> state == State.OPEN ? State.OPEN : null;
            case "end" -> state == State.OPEN ? State.ENDED : null;
            case "drain" -> connected ? state : null;
            case "error" -> connected || state == State.CONNECTING ? State.FAILED : null;
            case "close" -> state != State.CLOSED ? State.CLOSED : null;
            default -> throw new IllegalArgumentException(event);
        };
    }

    void expectCompletion(String label) {
        if (!unfinished.add(label)) {
            throw new IllegalArgumentException("two writes with the label " + label);
        }
    }

    @Nullable String completed(String label) {
        if (!unfinished.contains(label)) {
            return "completion " + label + " came twice";
        }
        String first = unfinished.iterator().next();
        unfinished.remove(label);
        return first.equals(label) ? null : "completion " + label + " came before " + first;
    }

    @Nullable String atEnd() {
        return state == State.CLOSED ? null : "no close callback when the loop was closed";
    }
}
