package dev.anyloop.core.connect;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The way to a server at a path. A system does not wait for room in its backlog if the socket may not block, nor tell when there
 * is some: so that is asked again and again, by who is first in the queue (UNIX-008).
 */
public final class PathConnecting extends Connecting {

    // set once
    private final SocketFiles files;
    private final PathQueues queues;
    private final UnixDomainSocketAddress remote;
    final long number; // of those that came sooner it is lower
    // loop thread
    private @Nullable PathQueue queue; // once there was no room
    boolean asking; // since its turn has come; kept by the queue

    public PathConnecting(Loop loop, SocketFiles files, PathQueues queues, UnixDomainSocketAddress remote, ConnectOptions options,
            Connectable connectable) {
        super(loop, options, connectable);
        this.files = files;
        this.queues = queues;
        this.remote = remote;
        this.number = queues.nextNumber();
    }

    @Override
    public void start() {
        queue = queues.find(remote);
        if (queue == null) {
            ask();
        } else {
            failure = queue.whyFull();
            queue.join(this);
        }
    }

    private void ask() {
        try {
            begin(remote, null);
        } catch (IOException e) {
            note(e);
            if (isFull(e)) {
                waitForRoom(e);
                return;
            }
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
        if (isFull(cause)) {
            waitForRoom(cause);
        } else {
            ErrorKind kind = Failures.kind(cause, Operation.CONNECT);
            connectable.connectFailed(files.whyNotConnected(remote.getPath(), kind, cause));
        }
    }

    private static boolean isFull(IOException cause) {
        return Failures.kind(cause, Operation.CONNECT) == ErrorKind.OTHER && Failures.isBusy(cause);
    }

    // ---- the queue ----

    private void waitForRoom(IOException cause) {
        if (queue == null) {
            queue = queues.findOrOpen(remote);
        }
        queue.foundFull(this, cause);
    }

    /** Its turn has come. */
    void askFromQueue() {
        try {
            ask();
        } catch (VirtualMachineError e) {
            connectable.ranOut(e);
        }
    }

    @Override
    void stopWaiting() {
        if (queue != null) {
            queue.leave(this);
            queue = null;
        }
    }
}
