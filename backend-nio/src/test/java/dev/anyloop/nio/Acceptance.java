package dev.anyloop.nio;

import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Keeps what an acceptor brought. */
class Acceptance implements AcceptorEvents {

    private final Supplier<Recorder> recorders;
    final List<Recorder> accepted = new ArrayList<>();
    boolean closed;

    Acceptance() {
        this(Recorder::new);
    }

    Acceptance(Supplier<Recorder> recorders) {
        this.recorders = recorders;
    }

    @Override
    public ConnectionEvents accepted(Connection connection) {
        Recorder recorder = recorders.get();
        recorder.connection = connection;
        accepted.add(recorder);
        return recorder;
    }

    @Override
    public void acceptFailed(IOException cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void closed() {
        closed = true;
    }
}
