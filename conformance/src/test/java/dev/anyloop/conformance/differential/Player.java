package dev.anyloop.conformance.differential;

import dev.anyloop.conformance.differential.Step.Wait;
import java.util.List;

/** Takes the steps of a script, one after the other, on a real socket or in the model. */
final class Player {

    /** Where the steps are taken. */
    interface Stage {

        /** Whether what a step waits for (other than turns) has happened. */
        boolean holds(Step step);

        /** Takes a step: false if the next one has to wait for {@link Player#proceed} to be called. */
        boolean take(Step step);

        /** Runs something a number of turns later. */
        void later(long turns, Runnable action);
    }

    private final List<Step> steps;
    private final Stage stage;
    private int next;
    private int asked = -1;
    private int turned = -1;

    Player(Script script, Stage stage) {
        this.steps = script.steps();
        this.stage = stage;
    }

    /** Takes whatever steps can be taken now. */
    void proceed() {
        while (next < steps.size() && ready(steps.get(next))) {
            Step step = steps.get(next++);
            if (!stage.take(step)) {
                return;
            }
        }
    }

    private boolean ready(Step step) {
        if (step.until() != Wait.TURNS) {
            return stage.holds(step);
        }
        int index = next;
        if (asked != index) {
            asked = index;
            stage.later(step.amount(), () -> {
                turned = index;
                proceed();
            });
        }
        return turned == index;
    }

    /** The socket has closed: only the steps that waited for that are left. */
    void closed() {
        while (next < steps.size() && steps.get(next).until() != Wait.CLOSE) {
            next++;
        }
        proceed();
    }

    /** The number of bytes that the next step waits for, or 0. */
    long threshold() {
        return next < steps.size() && steps.get(next).until() == Wait.RECEIVED ? steps.get(next).amount() : 0;
    }
}
