package dev.anyloop.core.socket;

import dev.anyloop.SocketCallback;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.tls.HandshakeEvents;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection that has begun in plain is secured, by the user: what was written is sent, and then hands are shaken (TLS-017). */
final class StartTls implements HandshakeEvents {

    // set once
    private final Link link;
    private final SocketCallback onSecure;

    StartTls(Link link, SocketCallback onSecure) {
        this.link = link;
        this.onSecure = onSecure;
    }

    void begin(TlsOptions tls) {
        if (!link.isUsable()) {
            return;
        }
        checkPlain();
        Output out = link.output(); // first: there may be no memory for it
        Input input = link.input();
        link.secure(tls, this).takeOver(input.isFlowing());
        out.endPlain();
        if (input.isHoldingBytes()) {
            link.leftPlain();
        } else if (input.isOver()) {
            tellEnd(input.takeLast());
        }
    }

    private void checkPlain() {
        if (!link.isIntroduced()) {
            throw new IllegalStateException("startTls() before the connection is made"
                    + " (call it in the connect callback or later, or connect with ConnectOptions.withTls)");
        } else if (link.isTls()) {
            throw new IllegalStateException("startTls() of a socket that is secured already, or about to be (once is enough)");
        } else if (link.isEnding()) {
            throw new IllegalStateException("startTls() after end(), which leaves this side nothing to send (call it before)");
        }
    }

    /** What came to its end is the plain part, and who secures the rest is told so, and not the user (TLS-019). */
    private void tellEnd(@Nullable IOException cause) {
        if (cause == null) {
            link.inputEnded();
        } else {
            link.failed(cause);
        }
    }

    @Override
    public void secured() {
        if (link.sockets.loop.isHalted()) {
            link.sockets.loop.defer(this::deliver);
        } else {
            deliver();
        }
    }

    private void deliver() {
        if (link.isConnected()) {
            link.tellSecured(onSecure);
        }
    }

    @Override
    public void refused(IOException cause) {
        link.notSecured(cause);
    }
}
