package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** From its beginning until the connection is secure, or it failed; the JDK's own event of this name has no duration. */
@Name("dev.anyloop.TlsHandshake")
@Label("TLS Handshake")
@Description("A connection was secured, or could not be")
public final class TlsHandshakeEvent extends LoopEvent {

    private static final TlsHandshakeEvent ASKED = new TlsHandshakeEvent();

    @Label("Peer")
    @Nullable String peer;

    @Label("Protocol")
    @Nullable String protocol;

    @Label("Error")
    @Description("Why it is not secure, or null")
    @Nullable String error;

    /** Null if nobody wants to know. */
    public static @Nullable TlsHandshakeEvent begun() {
        if (!ASKED.isEnabled()) {
            return null;
        }
        TlsHandshakeEvent event = new TlsHandshakeEvent();
        event.begin();
        return event;
    }

    public void ended(String loop, String peer, @Nullable String protocol, @Nullable Exception failure) {
        end();
        this.loop = loop;
        this.peer = peer;
        this.protocol = protocol;
        this.error = failure == null ? null : failure.getMessage();
        commit();
    }
}
