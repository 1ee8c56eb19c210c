package dev.anyloop.tck.rules;

/** A process of the kit's has failed: whatever else a test then misses is what came of it. */
final class ProcessFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** @param said what it complained of */
    ProcessFailure(String said) {
        super("the process failed:\n" + said.stripTrailing());
    }
}
