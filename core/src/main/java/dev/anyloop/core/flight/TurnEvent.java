package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** From the first callback of a turn to the next poll. */
@Name("dev.anyloop.Turn")
@Label("Turn")
@Description("A turn of a loop, from its first callback until it looked for events again")
@Threshold("10 ms")
public final class TurnEvent extends RepeatedEvent {

    public TurnEvent(String loop) {
        super(loop);
    }

    /** The next poll begins, or the run is over. */
    public void ends() {
        try {
            if (hasEnded()) {
                commit();
            }
        } catch (VirtualMachineError e) {
            // It was to be watched, no more: the engine is not to be blamed.
        }
    }
}
