package dev.anyloop.conformance.differential;

/**
 * One step of a script, taken when all before it are and what it waits for has happened: never because time has passed.
 *
 * @param amount of turns, of bytes received or of writes completed, as that says
 * @param size of what is written
 */
record Step(Wait until, long amount, Action action, int size) {

    /** What a step waits for. */
    enum Wait {
        NOTHING, TURNS, CONNECT, RECEIVED, COMPLETED, END, CLOSE
    }

    /** What a step does. */
    enum Action {
        WRITE, PAUSE, RESUME, END, CLOSE, ABORT, STOP, THROW
    }

    static Step of(Wait until, long amount, Action action) {
        return new Step(until, amount, action, 0);
    }

    static Step write(Wait until, long amount, int size) {
        return new Step(until, amount, Action.WRITE, size);
    }

    Step withSize(int other) {
        return new Step(until, amount, action, other);
    }

    Step withAmount(long other) {
        return new Step(until, other, action, size);
    }

    /** Whether it reads again only when the peer, or kernels, have taken what was written. */
    boolean waitsForReader() {
        return action == Action.RESUME && until == Wait.COMPLETED;
    }

    @Override
    public String toString() {
        String when = switch (until) {
            case NOTHING -> "";
            case TURNS, RECEIVED, COMPLETED -> "after " + amount + " " + until.name().toLowerCase() + ": ";
            case CONNECT, END, CLOSE -> "on " + until.name().toLowerCase() + ": ";
        };
        return when + action.name().toLowerCase() + (action == Action.WRITE ? " " + size : "");
    }
}
