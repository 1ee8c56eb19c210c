package dev.anyloop.sim;

/**
 * Something that was asked for, in the order of asking: told in the timeline, counted when it changes what happens, and
 * left out when a failing run is repeated without it.
 */
final class Fault {

    private final Simulation simulation;
    private final int number;
    private final String what;
    private final boolean wanted;
    private boolean fired;

    Fault(Simulation simulation, int number, String what, boolean wanted) {
        this.simulation = simulation;
        this.number = number;
        this.what = what;
        this.wanted = wanted;
        simulation.note("network", (wanted ? "begins: " : "left out: ") + what);
    }

    /** Whether it is part of this run. */
    boolean isWanted() {
        return wanted;
    }

    /** It has changed what happens. */
    void fired() {
        fired = true;
    }

    boolean hasFired() {
        return fired;
    }

    int number() {
        return number;
    }

    /** A rule that is this fault until it is closed. */
    Rule until(Runnable end) {
        boolean[] over = new boolean[1];
        return () -> {
            simulation.checkThread();
            if (!over[0]) {
                over[0] = true;
                simulation.note("network", "ends: " + what);
                end.run();
            }
        };
    }

    @Override
    public String toString() {
        return what;
    }
}
