package dev.anyloop.core.connect;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;

/** What a connection is made for. It is told of the attempt that won, as if there had been no other. */
public interface Connectable extends ConnectionEvents {

    /** An attempt has won. That it is {@link #connected}, and all that happens to it from now on, is told next. */
    void attach(Connection won);

    /** No attempt is left. */
    void connectFailed(IOException cause);

    /** Memory or stack ran out for something that it was to be told, or that comes next: it fails (RES-008). */
    void ranOut(VirtualMachineError error);

    /** What did not win is gone, after {@link #attach} or {@link Connecting#giveUp}. */
    void attemptsReleased();
}
