package dev.anyloop.core.flight;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** From the write that reached the high-water mark until the drain, or the end. */
@Name("dev.anyloop.OutputPaused")
@Label("Output Paused")
@Description("A socket had more pending than its high-water mark, until it drained or closed")
public final class OutputPausedEvent extends LoopEvent {

    private static final OutputPausedEvent ASKED = new OutputPausedEvent();

    @Label("Socket")
    @Nullable String socket;

    @Label("Pending")
    @Description("When it reached the mark")
    @DataAmount
    long pending;

    /** Null if nobody wants to know. */
    public static @Nullable OutputPausedEvent begun(long pending) {
        if (!ASKED.isEnabled()) {
            return null;
        }
        OutputPausedEvent event = new OutputPausedEvent();
        event.pending = pending;
        event.begin();
        return event;
    }

    public void resumed(String loop, String socket) {
        end();
        this.loop = loop;
        this.socket = socket;
        commit();
    }
}
