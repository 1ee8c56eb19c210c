package dev.anyloop.conformance.faults;

import java.util.Locale;

/**
 * A system call of a run.
 *
 * @param kind which one
 * @param on what it was asked of, such as {@code socket} or {@code eventpoll}, or nothing if it makes that
 * @param count how many of that kind, on the same, there were before it, and one
 */
record Call(SystemCall kind, String on, int count) {

    boolean isSameKind(Call other) {
        return kind == other.kind && on.equals(other.on);
    }

    /** Of its kind. */
    String name() {
        return kind.name().toLowerCase(Locale.ROOT) + (on.isEmpty() ? "" : " on " + on);
    }

    @Override
    public String toString() {
        return "call " + count + " of " + name();
    }
}
