package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A server got a connection. */
@Name("dev.anyloop.Accept")
@Label("Accept")
@Description("A server accepted a connection, and has handed it over")
public final class AcceptEvent extends LoopEvent {

    private static final AcceptEvent ASKED = new AcceptEvent();

    @Label("Server")
    @Nullable String server;

    @Label("Socket")
    @Nullable String socket;

    public static boolean isWanted() {
        return ASKED.isEnabled();
    }

    public static void accepted(String loop, String server, String socket) {
        AcceptEvent event = new AcceptEvent();
        event.loop = loop;
        event.server = server;
        event.socket = socket;
        event.commit();
    }
}
