package dev.anyloop.conformance.differential;

/** Where a scenario is played; its text is what names it on the command line. */
public interface Arena {

    /** A simulated network. */
    Arena SIM = new Arena() {
        @Override
        public Run.Result play(Scenario scenario) {
            return SimRun.of(scenario);
        }

        @Override
        public String toString() {
            return "sim";
        }
    };

    Run.Result play(Scenario scenario);

    /** The same, that does not wait long for a scenario that hangs: to see it again. */
    default Arena hasty() {
        return this;
    }
}
