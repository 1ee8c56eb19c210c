package dev.anyloop.core;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.SocketCallback;
import org.jspecify.annotations.Nullable;

/** What the user wants to be told about a socket, apart from its data; what a callback throws is the loop's to handle. */
final class SocketCallbacks {

    // loop thread
    @Nullable SocketCallback onConnect;
    @Nullable SocketCallback onEnd;
    @Nullable SocketCallback onDrain;
    @Nullable ErrorCallback onError;
    @Nullable CompletionCallback onClose;

    private final CoreSocket socket;
    private final CoreLoop loop;

    SocketCallbacks(CoreSocket socket, CoreLoop loop) {
        this.socket = socket;
        this.loop = loop;
    }

    void connected() {
        run("onConnect", onConnect);
    }

    void ended() {
        run("onEnd", onEnd);
    }

    void drained() {
        run("onDrain", onDrain);
    }

    void closed(@Nullable NetworkException error) {
        complete("onClose", onClose, error);
    }

    void completed(CompletionCallback callback, @Nullable NetworkException error) {
        complete("write completion", callback, error);
    }

    /** An error that nobody asked for is logged: hiding it would hide faults (ERR-004). */
    void failed(NetworkException error) {
        ErrorCallback callback = onError;
        if (callback == null) {
            Debug.warn("unhandled network error, the socket is closed: " + error.getMessage(), null);
            return;
        }
        loop.call("onError", socket, () -> callback.failed(socket, error));
    }

    private void run(String name, @Nullable SocketCallback callback) {
        if (callback != null) {
            loop.call(name, socket, () -> callback.run(socket));
        }
    }

    private void complete(String name, @Nullable CompletionCallback callback, @Nullable NetworkException error) {
        if (callback != null) {
            loop.call(name, socket, () -> callback.completed(socket, error));
        }
    }
}
