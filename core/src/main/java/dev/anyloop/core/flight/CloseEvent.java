package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A socket is gone. */
@Name("dev.anyloop.Close")
@Label("Close")
@Description("A socket is closed and released")
public final class CloseEvent extends LoopEvent {

    private static final CloseEvent ASKED = new CloseEvent();

    @Label("Socket")
    @Nullable String socket;

    @Label("Closed by User")
    boolean closedByUser;

    @Label("Error")
    @Description("Why it closed, or null")
    @Nullable String error;

    public static boolean isWanted() {
        return ASKED.isEnabled();
    }

    public static void closed(String loop, String socket, boolean byUser, @Nullable Exception error) {
        CloseEvent event = new CloseEvent();
        event.loop = loop;
        event.socket = socket;
        event.closedByUser = byUser;
        event.error = error == null ? null : error.getMessage();
        event.commit();
    }
}
