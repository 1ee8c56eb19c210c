package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** One for each loop, used again and again: by its thread, from the first callback of a turn to the next poll. */
@Name("dev.anyloop.Turn")
@Label("Turn")
@Description("A turn of a loop, from its first callback until it looked for events again")
@Threshold("10 ms")
public final class TurnEvent extends LoopEvent {

    private transient boolean begun; // asked for while it was not on, it would begin long ago

    public TurnEvent(String loop) {
        this.loop = loop;
    }

    /** The first callback begins. */
    public void busy() {
        begun = isEnabled();
        if (begun) {
            begin();
        }
    }

    /** The next poll begins, or the run is over. */
    public void idle() {
        if (begun) {
            end();
            commit();
        }
    }
}
