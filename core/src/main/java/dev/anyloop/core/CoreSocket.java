package dev.anyloop.core;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorCallback;
import dev.anyloop.EventLoop;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A socket as its user sees it: checks every call and hands it to the {@link Link}. */
final class CoreSocket implements Socket {

    private final Link link;
    private final CoreLoop loop;

    CoreSocket(Link link, CoreLoop loop) {
        this.link = link;
        this.loop = loop;
    }

    // ---- callbacks ----

    @Override
    public Socket onConnect(SocketCallback callback) {
        link.callbacks().onConnect = checked(callback);
        return this;
    }

    @Override
    public Socket onRead(ReadCallback callback) {
        link.input().onRead(checked(callback));
        return this;
    }

    @Override
    public Socket onEnd(SocketCallback callback) {
        link.callbacks().onEnd = checked(callback);
        return this;
    }

    @Override
    public Socket onDrain(SocketCallback callback) {
        link.callbacks().onDrain = checked(callback);
        return this;
    }

    @Override
    public Socket onError(ErrorCallback callback) {
        link.callbacks().onError = checked(callback);
        return this;
    }

    @Override
    public Socket onClose(CompletionCallback callback) {
        link.callbacks().onClose = checked(callback);
        return this;
    }

    private <C> C checked(C callback) {
        loop.checkThread();
        return Objects.requireNonNull(callback, "callback");
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
        return write(ByteBuffer.wrap(Objects.requireNonNull(bytes, "bytes")));
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
        link.closeGently();
    }

    @Override
    public void abort() {
        loop.checkThread();
        link.closeNow();
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
        return loop;
    }

    @Override
    public Socket ref() {
        loop.checkThread();
        link.keepAlive().ref();
        return this;
    }

    @Override
    public Socket unref() {
        loop.checkThread();
        link.keepAlive().unref();
        return this;
    }

    @Override
    public String toString() {
        return link.describe();
    }
}
