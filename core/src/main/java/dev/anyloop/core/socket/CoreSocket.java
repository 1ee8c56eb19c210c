package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.core.connect.Connectable;
import dev.anyloop.core.connect.Connecting;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.transport.Connection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its user sees it: checks every call and hands it to the {@link Link}, and tells the user what the link has to
 * say, apart from its data. What a callback throws is the loop's to handle. It is a link, not has one, because thousands
 * of idle sockets are to be small.
 */
final class CoreSocket extends Link implements Socket {

    // loop thread
    private @Nullable SocketCallback onConnect;
    private @Nullable SocketCallback onEnd;
    private @Nullable SocketCallback onDrain;
    private @Nullable ErrorCallback onError;
    private @Nullable CompletionCallback onClose;

    /** On its way to a host. */
    CoreSocket(Sockets sockets, String host, int port, ConnectOptions options, Function<Connectable, Connecting> way) {
        super(sockets, host, port, options, way);
    }

    /** Accepted. */
    CoreSocket(Sockets sockets, SocketOptions options, Connection connection, boolean insecure) {
        super(sockets, options, connection, insecure);
    }

    // ---- callbacks ----

    @Override
    public Socket onConnect(SocketCallback callback) {
        onConnect = checked(callback);
        return this;
    }

    @Override
    public Socket onRead(ReadCallback callback) {
        input().onRead(checked(callback));
        return this;
    }

    @Override
    public Socket onEnd(SocketCallback callback) {
        onEnd = checked(callback);
        return this;
    }

    @Override
    public Socket onDrain(SocketCallback callback) {
        onDrain = checked(callback);
        return this;
    }

    @Override
    public Socket onError(ErrorCallback callback) {
        onError = checked(callback);
        return this;
    }

    @Override
    public Socket onClose(CompletionCallback callback) {
        onClose = checked(callback);
        return this;
    }

    private <C> C checked(C callback) {
        sockets.loop.checkThread();
        return Objects.requireNonNull(callback, "callback");
    }

    // ---- from the link ----

    @Override
    public Socket socket() {
        return this;
    }

    @Override
    void tellConnected() {
        run("onConnect", onConnect);
    }

    @Override
    void tellSecured(SocketCallback onSecure) {
        run("startTls", onSecure);
    }

    @Override
    void tellEnded() {
        run("onEnd", onEnd);
    }

    @Override
    void tellDrained() {
        run("onDrain", onDrain);
    }

    @Override
    void tellClosed(@Nullable NetworkException error) {
        complete("onClose", onClose, error);
    }

    @Override
    void complete(CompletionCallback callback, @Nullable NetworkException error) {
        complete("write completion", callback, error);
    }

    /** An error that nobody asked for is logged: hiding it would hide faults (ERR-004). */
    @Override
    void tellFailed(NetworkException error) {
        ErrorCallback callback = onError != null ? onError : CoreSocket::log;
        sockets.loop.call("onError", this, () -> callback.failed(this, error));
    }

    private static void log(Socket socket, NetworkException error) {
        Debug.warn("unhandled network error, the socket is closed: " + error.getMessage(), null);
    }

    private void run(String name, @Nullable SocketCallback callback) {
        if (callback != null) {
            sockets.loop.call(name, this, () -> callback.run(this));
        }
    }

    private void complete(String name, @Nullable CompletionCallback callback, @Nullable NetworkException error) {
        if (callback != null) {
            sockets.loop.call(name, this, () -> callback.completed(this, error));
        }
    }

    // ---- bytes ----

    @Override
    public boolean write(ByteBuffer bytes) {
        Objects.requireNonNull(bytes, "bytes");
        sockets.loop.checkThread();
        return send(bytes, null);
    }

    @Override
    public boolean write(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        sockets.loop.checkThread();
        return send(bytes);
    }

    @Override
    public boolean write(CharSequence text) {
        return write(Objects.requireNonNull(text, "text").toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean write(ByteBuffer bytes, CompletionCallback done) {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(done, "done");
        sockets.loop.checkThread();
        return send(bytes, done);
    }

    @Override
    public Socket pause() {
        sockets.loop.checkThread();
        pauseInput();
        return this;
    }

    @Override
    public Socket resume() {
        sockets.loop.checkThread();
        resumeInput();
        return this;
    }

    // ---- timeouts ----

    @Override
    public Socket readTimeout(@Nullable Duration timeout) {
        sockets.loop.checkThread();
        long nanos = SocketTimeouts.checked(timeout);
        if (isUsable()) {
            timeouts().read(nanos);
        }
        return this;
    }

    @Override
    public Socket writeTimeout(@Nullable Duration timeout) {
        sockets.loop.checkThread();
        long nanos = SocketTimeouts.checked(timeout);
        if (isUsable()) {
            timeouts().write(nanos);
        }
        return this;
    }

    // ---- closing ----

    @Override
    public void end() {
        sockets.loop.checkThread();
        endOutput();
    }

    @Override
    public void close() {
        sockets.loop.checkThread();
        closeByUser();
    }

    @Override
    public void abort() {
        sockets.loop.checkThread();
        abortByUser();
    }

    // ---- TLS ----

    @Override
    public Socket startTls(TlsOptions options, SocketCallback onSecure) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(onSecure, "onSecure");
        sockets.loop.checkThread();
        new StartTls(this, onSecure).begin(options);
        return this;
    }

    @Override
    public @Nullable TlsSession tls() {
        sockets.loop.checkThread();
        return session();
    }

    // ---- state ----

    @Override
    public boolean isOpen() {
        sockets.loop.checkThread();
        return isUsable();
    }

    @Override
    public long pendingBytes() {
        sockets.loop.checkThread();
        return pending();
    }

    @Override
    public EventLoop loop() {
        return sockets.loop.user;
    }

    @Override
    public Socket ref() {
        sockets.loop.checkThread();
        keepAlive(true);
        return this;
    }

    @Override
    public Socket unref() {
        sockets.loop.checkThread();
        keepAlive(false);
        return this;
    }

    @Override
    public String toString() {
        return describe().toString();
    }
}
