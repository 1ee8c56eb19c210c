package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.flight.TlsHandshakeEvent;
import dev.anyloop.core.net.Addresses;
import dev.anyloop.core.time.LoopClock;
import dev.anyloop.core.turn.IoTimeout;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What there is of a handshake while it lasts, and not for as long as its connection: until when it must be done, and who watches. */
final class HandshakeDeadline {

    private final TlsConnection connection;
    private final IoTimeout timeout;
    private final @Nullable TlsHandshakeEvent event = TlsHandshakeEvent.begun();

    HandshakeDeadline(TlsConnection connection, TlsOptions options) {
        this.connection = connection;
        this.timeout = new IoTimeout(connection.tls.loop, LoopClock.nanos(options.handshakeTimeout()), () -> connection.fail(
                new TlsException(ErrorKind.TLS_HANDSHAKE, "not done within " + options.handshakeTimeout())));
    }

    void arm() {
        timeout.arm();
    }

    void disarm() {
        timeout.disarm();
    }

    /** It is done, or else has failed so. */
    void watch(@Nullable IOException failure) {
        if (event != null) {
            connection.tls.loop.record(name -> event.ended(name, Addresses.format(connection.remoteAddress()),
                    failure == null ? connection.engine().getSession().getProtocol() : null, failure));
        }
    }
}
