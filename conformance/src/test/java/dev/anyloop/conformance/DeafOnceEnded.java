package dev.anyloop.conformance;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;

/** Who has heard the end hears of no failure. */
final class DeafOnceEnded extends BrokenTransport.Events {

    private boolean ended;

    DeafOnceEnded(ConnectionEvents core) {
        super(core);
    }

    @Override
    public void inputEnded() {
        ended = true;
        super.inputEnded();
    }

    @Override
    public void failed(IOException cause) {
        if (!ended) {
            super.failed(cause);
        }
    }
}
