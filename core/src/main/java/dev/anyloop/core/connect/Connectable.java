package dev.anyloop.core.connect;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;

/** What a connection is made for. */
public interface Connectable extends ConnectionEvents {

    /** An attempt begins. */
    void attach(Connection opened);

    /** No attempt is left. */
    void connectFailed(IOException cause);
}
