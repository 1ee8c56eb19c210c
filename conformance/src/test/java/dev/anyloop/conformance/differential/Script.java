package dev.anyloop.conformance.differential;

import java.util.List;

/**
 * What one end of a connection does.
 *
 * @param bufferSize of the kernel, 0 for its default
 */
record Script(boolean allowHalfOpen, int bufferSize, List<Step> steps) {

    /** How much it writes if it gets to the end. */
    long size() {
        return steps.stream().mapToLong(Step::size).sum();
    }

    boolean waitsForReader() {
        return steps.stream().anyMatch(Step::waitsForReader);
    }

    Script withSteps(List<Step> others) {
        return new Script(allowHalfOpen, bufferSize, others);
    }

    @Override
    public String toString() {
        return (allowHalfOpen ? "half-open " : "") + (bufferSize > 0 ? "buffers of " + bufferSize + " " : "") + steps;
    }
}
