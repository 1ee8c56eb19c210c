package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.core.turn.Debug;
import dev.anyloop.core.turn.Loop;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its user sees it: checks every call and hands it to the {@link Link}, and tells the user what the link has to
 * say, apart from its data. What a callback throws is the loop's to handle.
 */
final class CoreSocket implements Socket {

    // set once
    private final Link link;
    private final Loop loop;
    // loop thread
    private @Nullable SocketCallback onConnect;
    private @Nullable SocketCallback onEnd;
    private @Nullable SocketCallback onDrain;
    private @Nullable ErrorCallback onError;
    private @Nullable CompletionCallback onClose;

    CoreSocket(Link link, Loop loop) {
        this.link = link;
        this.loop = loop;
    }

    // ---- callbacks ----

    @Override
    public Socket onConnect(SocketCallback callback) {
        onConnect = checked(callback);
        return this;
    }

    @Override
    public Socket onRead(ReadCallback callback) {
        link.input().onRead(checked(callback));
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
        loop.checkThread();
        return Objects.requireNonNull(callback, "callback");
    }

    // ---- from the link ----

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
        ErrorCallback callback = onError != null ? onError : CoreSocket::log;
        loop.call("onError", this, () -> callback.failed(this, error));
    }

    private static void log(Socket socket, NetworkException error) {
        Debug.warn("unhandled network error, the socket is closed: " + error.getMessage(), null);
    }

    private void run(String name, @Nullable SocketCallback callback) {
        if (callback != null) {
            loop.call(name, this, () -> callback.run(this));
        }
    }

    private void complete(String name, @Nullable CompletionCallback callback, @Nullable NetworkException error) {
        if (callback != null) {
            loop.call(name, this, () -> callback.completed(this, error));
        }
    }

    // ---- bytes ----

    @Override
    public boolean write(ByteBuffer bytes) {
        Objects.requireNonNull(bytes, "bytes");
        loop.checkThread();
        return link.output().write(bytes, null);
    }

    @Override
    public boolean write(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        loop.checkThread();
        return link.output().write(bytes);
    }

    @Override
    public boolean write(CharSequence text) {
        return write(Objects.requireNonNull(text, "text").toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean write(ByteBuffer bytes, CompletionCallback done) {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(done, "done");
        loop.checkThread();
        return link.output().write(bytes, done);
    }

    @Override
    public Socket pause() {
        loop.checkThread();
        link.pause();
        return this;
    }

    @Override
    public Socket resume() {
        loop.checkThread();
        link.resume();
        return this;
    }

    // ---- timeouts ----

    @Override
    public Socket readTimeout(@Nullable Duration timeout) {
        loop.checkThread();
        long nanos = SocketTimeouts.checked(timeout);
        if (link.isOpen()) {
            link.timeouts().read(nanos);
        }
        return this;
    }

    @Override
    public Socket writeTimeout(@Nullable Duration timeout) {
        loop.checkThread();
        long nanos = SocketTimeouts.checked(timeout);
        if (link.isOpen()) {
            link.timeouts().write(nanos);
        }
        return this;
    }

    // ---- closing ----

    @Override
    public void end() {
        loop.checkThread();
        link.end();
    }

    @Override
    public void close() {
        loop.checkThread();
        link.close();
    }

    @Override
    public void abort() {
        loop.checkThread();
        link.abort();
    }

    // ---- state ----

    @Override
    public boolean isOpen() {
        loop.checkThread();
        return link.isOpen();
    }

    @Override
    public long pendingBytes() {
        loop.checkThread();
        return link.output().pending();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return link.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return link.remoteAddress();
    }

    @Override
    public EventLoop loop() {
        return loop.user;
    }

    @Override
    public Socket ref() {
        loop.checkThread();
        link.keepAlive(true);
        return this;
    }

    @Override
    public Socket unref() {
        loop.checkThread();
        link.keepAlive(false);
        return this;
    }

    @Override
    public String toString() {
        return link.describe();
    }
}
