package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** From {@code connect} to the connection or the failure, look-up and handshake included. What the user gave up is not told. */
@Name("dev.anyloop.Connect")
@Label("Connect")
@Description("A connection was made, or could not be made")
public final class ConnectEvent extends LoopEvent {

    private static final ConnectEvent ASKED = new ConnectEvent();

    @Label("To")
    @Nullable String to;

    @Label("Error")
    @Description("Why there is no connection, or null")
    @Nullable String error;

    /** Null if nobody wants to know. */
    public static @Nullable ConnectEvent begun() {
        if (!ASKED.isEnabled()) {
            return null;
        }
        ConnectEvent event = new ConnectEvent();
        event.begin();
        return event;
    }

    public void ended(String loop, String to, @Nullable Exception failure) {
        end();
        this.loop = loop;
        this.to = to;
        this.error = failure == null ? null : failure.getMessage();
        commit();
    }
}
