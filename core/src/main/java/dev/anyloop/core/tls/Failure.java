package dev.anyloop.core.tls;

import dev.anyloop.core.turn.IoTimeout;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Why a connection has failed. It is told once: when the peer has been told, or could have been. */
final class Failure {

    /** How long it waits for the kernel to take what the peer is to be told. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    // set once
    private final IOException cause;
    private final TlsConnection connection;
    // loop thread
    private @Nullable IoTimeout patience;
    private boolean over; // told, or of no interest any more

    Failure(TlsConnection connection, IOException cause) {
        this.connection = connection;
        this.cause = cause;
    }

    void tellSoon() {
        patience = new IoTimeout(connection.tls.loop, PATIENCE_NANOS, this::tell);
        patience.arm();
    }

    void tell() {
        if (!over) {
            forget();
            connection.tell(cause);
        }
    }

    void forget() {
        over = true;
        if (patience != null) {
            patience.disarm();
        }
    }
}
