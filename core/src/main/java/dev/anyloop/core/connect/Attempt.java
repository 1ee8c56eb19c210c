package dev.anyloop.core.connect;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One attempt to connect. Once it has won, it only passes on what happens to its connection. */
final class Attempt implements ConnectionEvents {

    // set once
    private final Connectable connectable;
    // loop thread
    private @Nullable Connecting connecting; // until it has won
    private @Nullable Connection connection; // until it has won, or is being released

    Attempt(Connecting connecting, Connectable connectable) {
        this.connecting = connecting;
        this.connectable = connectable;
    }

    void begun(Connection opened) {
        connection = opened;
    }

    /** Begins the release, unless it has begun. */
    void giveUp() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    // ---- from the engine ----

    @Override
    public void connected() {
        Connecting race = connecting;
        Connection won = connection;
        if (race != null && won != null) {
            connecting = null;
            connection = null;
            try {
                race.won(this);
                connectable.attach(won);
            } catch (VirtualMachineError e) {
                connectable.ranOut(e);
                return;
            }
            connectable.connected();
        }
    }

    @Override
    public void received(ByteBuffer bytes) {
        connectable.received(bytes);
    }

    @Override
    public void inputEnded() {
        connectable.inputEnded();
    }

    @Override
    public void written(int count) {
        connectable.written(count);
    }

    @Override
    public void outputFailed(IOException cause) {
        connectable.outputFailed(cause);
    }

    @Override
    public void failed(IOException cause) {
        if (connecting != null) {
            try {
                connecting.failed(this, cause);
            } catch (VirtualMachineError e) {
                connectable.ranOut(e);
            }
        } else {
            connectable.failed(cause);
        }
    }

    @Override
    public void closed() {
        if (connecting != null) {
            try {
                connecting.released(this);
            } catch (VirtualMachineError e) {
                connectable.ranOut(e);
            }
        } else {
            connectable.closed();
        }
    }
}
