package dev.anyloop.core.flight;

/** Of what happens all the time: one object for each loop, used again and again by its thread. */
public abstract class RepeatedEvent extends LoopEvent {

    private transient boolean begun; // who begins to ask in the middle would be told of one that began long ago

    RepeatedEvent(String loop) {
        this.loop = loop;
    }

    public final void begins() {
        begun = isEnabled();
        if (begun) {
            begin();
        }
    }

    /** Whether it was asked for, and has taken long enough to be told. */
    final boolean hasEnded() {
        if (begun) {
            end();
        }
        return begun && shouldCommit();
    }
}
