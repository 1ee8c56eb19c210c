package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.time.Deadline;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The way to a server at a path. A system does not wait for room in its backlog if the socket may not block, nor tell when there
 * is some: so that is asked again and again (UNIX-008).
 */
public final class PathConnecting extends Connecting {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    // set once
    private final SocketFiles files;
    private final UnixDomainSocketAddress remote;
    private final Deadline again = new Deadline() {
        @Override
        public void due() {
            try {
                start();
            } catch (VirtualMachineError e) {
                ranOut(e);
            }
        }
    };
    // loop thread
    private long pauseNanos = FIRST_PAUSE_NANOS;

    public PathConnecting(
            Loop loop, SocketFiles files, UnixDomainSocketAddress remote, ConnectOptions options, Connectable connectable) {
        super(loop, options, connectable);
        this.files = files;
        this.remote = remote;
    }

    @Override
    public void start() {
        try {
            begin(remote, null);
        } catch (IOException e) {
            note(e);
            loop.defer(() -> { // as if the network had told it: what is written meanwhile fails as the connect does
                if (!isOver()) {
                    proceed();
                }
            });
        }
    }

    /** The last one: they are all the same until it is another. */
    @Override
    void note(IOException cause) {
        failure = cause;
    }

    @Override
    void goOn() {
        IOException cause = failure == null ? new IOException("no attempt") : failure;
        ErrorKind kind = Failures.kind(cause, Operation.CONNECT);
        if (kind == ErrorKind.OTHER && Failures.isBusy(cause)) {
            loop.deadlines.add(again, loop.clock.after(pauseNanos));
            pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
        } else {
            connectable.connectFailed(files.whyNotConnected(remote.getPath(), kind, cause));
        }
    }

    @Override
    void stopWaiting() {
        loop.deadlines.remove(again);
    }
}
