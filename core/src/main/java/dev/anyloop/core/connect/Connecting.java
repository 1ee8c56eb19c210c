package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.Operation;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.flight.ConnectEvent;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The way to a connection: attempts, of which the first to connect wins. Which there are, and when, is up to where it leads. How
 * long all of it may take is not decided here.
 */
public abstract class Connecting {

    // set once
    final Loop loop;
    final ConnectOptions options;
    final Connectable connectable;
    // loop thread
    @Nullable IOException failure;
    private final @Nullable ConnectEvent event = ConnectEvent.begun();
    private final ArrayList<Attempt> attempts = new ArrayList<>(1); // that have not won, and are not released
    private boolean over;

    Connecting(Loop loop, ConnectOptions options, Connectable connectable) {
        this.loop = loop;
        this.options = options;
        this.connectable = connectable;
    }

    /** Makes the first attempt, or what comes before it. */
    public abstract void start();

    /** An attempt has failed. */
    abstract void note(IOException cause);

    /** The descriptor of an attempt that has failed is gone: makes the next, or tells that it failed. */
    abstract void goOn();

    /** One has won, or none is wanted any more. */
    abstract void stopWaiting();

    /** Goes on, not in the user's call, which would throw it: that memory or stack runs out costs the connection (RES-008). */
    final void proceed() {
        try {
            goOn();
        } catch (VirtualMachineError e) {
            connectable.ranOut(e);
        }
    }

    // ---- attempts ----

    final void begin(SocketAddress remote, @Nullable SocketAddress local) throws IOException {
        Attempt attempt = new Attempt(this, connectable);
        attempts.ensureCapacity(attempts.size() + 1); // what is begun is never lost for want of memory
        attempt.begun(loop.transport.connect(remote, local, options.socket(), attempt));
        attempts.add(attempt);
        loop.handles.opened();
    }

    final void won(Attempt winner) {
        attempts.remove(winner);
        end();
    }

    /** The next one begins when the descriptor is gone. */
    final void failed(Attempt attempt, IOException cause) {
        attempt.giveUp();
        note(cause); // not sooner: there may be no memory for it
    }

    final void released(Attempt attempt) {
        loop.handles.released();
        attempts.remove(attempt);
        if (!over) {
            proceed();
        } else if (attempts.isEmpty()) {
            connectable.attemptsReleased();
        }
    }

    /** It has led to a connection, or else to that failure. */
    public final void watch(String to, @Nullable Exception failed) {
        if (event != null) {
            loop.record(name -> event.ended(name, to, failed));
        }
    }

    // ---- the end ----

    /** No connection is wanted any more (CONN-008). */
    public final void giveUp() {
        end();
    }

    final boolean isOver() {
        return over;
    }

    private void end() {
        over = true;
        stopWaiting();
        for (int i = 0; i < attempts.size(); i++) { // without a lambda or an iterator, which take memory
            attempts.get(i).giveUp();
        }
    }

    /** How the connection is to be secured, or null. */
    public final @Nullable TlsOptions tls() {
        return options.tls();
    }

    /** Whether all attempts that did not win are gone. */
    public final boolean isReleased() {
        return attempts.isEmpty();
    }

    /** What has failed so far: the first failure, the others attached to it. */
    public final @Nullable IOException failure() {
        return failure;
    }
}
