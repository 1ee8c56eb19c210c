package dev.anyloop.conformance;

import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Who has heard the end hears of no failure. */
final class DeafOnceEnded extends BrokenTransport.Events {

    private final BooleanSupplier elsewhere;
    private boolean ended;

    DeafOnceEnded(ConnectionEvents core) {
        this(core, () -> true);
    }

    /** While somebody looks elsewhere. */
    DeafOnceEnded(ConnectionEvents core, BooleanSupplier elsewhere) {
        super(core);
        this.elsewhere = elsewhere;
    }

    @Override
    public void inputEnded() {
        ended = true;
        super.inputEnded();
    }

    @Override
    public void failed(IOException cause) {
        if (!ended || !elsewhere.getAsBoolean()) {
            super.failed(cause);
        }
    }
}
