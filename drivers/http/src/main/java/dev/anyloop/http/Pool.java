package dev.anyloop.http;

import dev.anyloop.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The connections to an origin, and the requests that wait for one. It is there as long as there are some. */
final class Pool {

    // set once
    private final HttpClient client;
    private final Origin origin;
    // loop thread
    private final Deque<ClientConnection> idle = new ArrayDeque<>();
    private final Set<Call> queue = new LinkedHashSet<>();
    private final Set<Call> again = new LinkedHashSet<>(); // had a connection before, here or elsewhere, and wait before those
    private int connections;

    Pool(HttpClient client, Origin origin) {
        this.client = client;
        this.origin = origin;
    }

    Origin origin() {
        return origin;
    }

    int connections() {
        return connections;
    }

    /** The one that was used last is likeliest to be alive. Throws what connecting does. */
    void add(Call call) {
        if (begins(call)) {
            return;
        }
        if (queue.size() < client.options().maxQueued()) {
            queue.add(call);
            call.queued(this);
        } else {
            call.failLater(HttpFailure.REFUSED, queue.size() + " are waiting already", null);
        }
    }

    /** One that is repeated or redirected was taken long ago: it is not refused now, whoever waits. */
    void addAgain(Call call) {
        if (!begins(call)) {
            again.add(call);
            call.queued(this);
        }
    }

    private boolean begins(Call call) {
        ClientConnection kept = pollIdle();
        if (kept != null) {
            kept.begin(call);
        } else if (connections < client.options().maxConnections()) {
            connect(call);
        } else {
            return false;
        }
        return true;
    }

    /** Whose end is still to be told is none. */
    private @Nullable ClientConnection pollIdle() {
        ClientConnection kept = idle.pollLast();
        while (kept != null && !kept.socket().isOpen()) {
            kept = idle.pollLast();
        }
        return kept;
    }

    private void connect(Call call) {
        Socket socket = null;
        boolean counted = false;
        try {
            socket = origin.connect(client.loop(), client.options().connect());
            new ClientConnection(client, this, socket).start(call);
            connections++; // right after it has been seen to that one is taken off
            counted = true;
        } finally {
            if (!counted) {
                removeIfEmpty();
                if (socket != null) {
                    socket.abort();
                }
            }
        }
    }

    void remove(Call call) {
        queue.remove(call);
        again.remove(call);
    }

    private boolean isAwaited() {
        return !queue.isEmpty() || !again.isEmpty();
    }

    private @Nullable Call pollQueue() {
        Iterator<Call> calls = (again.isEmpty() ? queue : again).iterator();
        if (!calls.hasNext()) {
            return null;
        }
        Call first = calls.next();
        calls.remove();
        return first;
    }

    /** It is free, and can be used again. */
    void released(ClientConnection connection) throws Exception {
        Call next = pollQueue();
        if (next != null) {
            connection.begin(next);
        } else if (client.isClosing()) {
            connection.close();
        } else {
            idle.addLast(connection);
            connection.rest();
        }
    }

    /** One is not to be used any more; whether it is closed yet makes no difference to how many there may be. */
    void gone(ClientConnection connection) throws Exception {
        idle.remove(connection);
        connections--;
        Exception thrown = null;
        while (connections < client.options().maxConnections() && isAwaited()) {
            try {
                pollQueue().connects(this::connect);
            } catch (Exception e) { // of who was told that it cannot be done: the others are told, too
                thrown = e;
            }
        }
        removeIfEmpty();
        if (thrown != null) {
            throw thrown;
        }
    }

    private void removeIfEmpty() {
        if (connections == 0 && !isAwaited()) {
            client.remove(this);
        }
    }

    /** One of those kept was found to have ended, so the others have, too. */
    void abortIdle() {
        List.copyOf(idle).forEach(ClientConnection::abort);
        idle.clear();
    }

    void closeIdle() {
        List.copyOf(idle).forEach(ClientConnection::closeKept);
        idle.clear();
    }
}
