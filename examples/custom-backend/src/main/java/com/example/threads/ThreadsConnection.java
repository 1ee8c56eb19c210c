package com.example.threads;

import dev.anyloop.Operation;
import dev.anyloop.core.transport.BrokenChannels;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.core.transport.HalfOpen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for the connection and writes on threads of its own; {@link Reader} reads. */
final class ThreadsConnection extends Handle implements Connection {

    /** A blocking write returns when all is taken, and core wants to hear of every advance. */
    private static final int PIECE = 1024;

    private static final int WRITE_RETURNS_MILLIS = 100;

    private static final String BROKEN_PIPE = brokenPipe();

    // set once
    private final SocketChannel channel;
    private final Reader reader;
    private @Nullable ConnectionEvents events; // set once, by the accepted() that hands it out

    // any thread
    private volatile Future<?> write = CompletableFuture.completedFuture(null);

    // loop thread
    private @Nullable IOException outputFailure;
    private boolean failed;

    ThreadsConnection(ThreadsTransport transport, SocketChannel channel) {
        super(transport, channel);
        this.channel = channel;
        this.reader = new Reader(this, channel);
    }

    /** Accepted, which is connected. */
    void use(ConnectionEvents receiver) {
        events = receiver;
        reader.connected();
    }

    ConnectionEvents events() {
        return Objects.requireNonNull(events);
    }

    // Connecting

    /** Begins at once; the rest needs no thread where the kernel is done at once. */
    void connect(SocketAddress remote, ConnectionEvents receiver) {
        events = receiver;
        begin();
        try {
            channel.configureBlocking(false);
            boolean connected = channel.connect(remote) || channel.finishConnect();
            channel.configureBlocking(true);
            if (connected) {
                tellLast(this::connected);
            } else {
                transport.operations().output(this::awaitConnection);
            }
        } catch (IOException e) {
            tellLast(() -> fail(e));
        }
    }

    /** On a thread of its own. */
    private void awaitConnection() {
        try {
            channel.finishConnect();
            tellLast(this::connected);
        } catch (IOException e) {
            tellLast(() -> fail(e));
        }
    }

    private void connected() {
        events().connected();
        reader.connected();
    }

    // Writing

    @Override
    public int write(ByteBuffer lent) {
        begin();
        CountDownLatch offered = new CountDownLatch(1);
        FutureTask<Void> sending = new FutureTask<>(() -> send(lent, offered), null);
        write = sending; // known before it begins, or a read would not wait for one that meets a reset at once
        transport.operations().write(sending, offered);
        return 0;
    }

    /** On a thread of its own. */
    private void send(ByteBuffer lent, CountDownLatch offered) {
        try {
            while (true) {
                ByteBuffer piece = lent.slice(lent.position(), Math.min(PIECE, lent.remaining()));
                int count = channel.write(piece);
                lent.position(lent.position() + count);
                if (!lent.hasRemaining()) {
                    tellLast(() -> events().written(count));
                    return;
                }
                transport.tellInPoll(() -> unlessClosed(() -> events().written(count)));
                offered.countDown();
            }
        } catch (IOException e) {
            tellLast(() -> failOutput(e));
        } catch (OutOfMemoryError e) {
            EngineException failure = new EngineException(Operation.WRITE, e);
            tellLast(() -> failOutput(failure));
        } finally {
            offered.countDown();
        }
    }

    /**
     * The connection is dead, so a read that is under way returns too, and is told first: what it brings came first. Core
     * would not wait for it.
     */
    private void failOutput(IOException cause) {
        outputFailure = cause;
        if (!reader.isUnderWay()) {
            tellOutputFailure();
        }
    }

    /**
     * The exception to that: a write that meets a reset takes it away, and what is left to read looks like an end. One that finds
     * the pipe broken came after a true end.
     */
    void tellResetOfOutput() {
        if (outputFailure != null && !BROKEN_PIPE.equals(outputFailure.getMessage())) {
            tellOutputFailure();
        }
    }

    /** The JDK tells what it was in the system's words only, which are those of the user's language. */
    private static String brokenPipe() {
        try {
            Pipe pipe = Pipe.open();
            try (Pipe.SinkChannel sink = pipe.sink()) {
                pipe.source().close();
                sink.write(ByteBuffer.allocate(1));
            }
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    void tellOutputFailure() {
        IOException cause = outputFailure;
        outputFailure = null;
        if (cause != null && !failed) {
            unlessClosed(() -> events().outputFailed(cause));
        }
    }

    /** As a whole: of the output nobody wants to hear any more. */
    void fail(IOException cause) {
        failed = true;
        events().failed(cause);
    }

    /** A write that can do something is about to return; one that waits for its peer is not waited for. Any thread. */
    void awaitWrite() {
        try {
            write.get(WRITE_RETURNS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // It waits for its peer.
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("nobody interrupts, and a write catches what it throws", e);
        }
    }

    /** The end of an operation, which counts also when it is no longer told. */
    private void tellLast(Runnable event) {
        transport.tellInPoll(() -> {
            end();
            unlessClosed(event);
        });
    }

    private void unlessClosed(Runnable event) {
        if (!isClosed()) {
            event.run();
        }
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // Reading tells.
        }
    }

    // Reading

    @Override
    public void pauseReading() {
        reader.pause();
    }

    @Override
    public void resumeReading() {
        reader.resume();
    }

    // The end

    /** After its end. A write that is under way would be in the way, and meets the reset itself. */
    void lookForReset() {
        if (isClosed() || !write.isDone()) {
            return;
        }
        try {
            channel.configureBlocking(false);
            List<ThreadsConnection> broken = BrokenChannels.among(List.of(this), connection -> connection.channel);
            channel.configureBlocking(true);
            if (!broken.isEmpty()) {
                transport.halfOpen().remove(this);
                fail(HalfOpen.reset());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was lent last, before a loop is closed, may not have met the kernel yet. */
    @Override
    void closeChannel() {
        transport.halfOpen().remove(this);
        if (write.isDone()) {
            super.closeChannel();
            return;
        }
        begin();
        transport.operations().output(() -> {
            awaitWrite();
            super.closeChannel();
            transport.tellInPoll(this::end);
        });
    }

    @Override
    void released() {
        events().closed();
    }

    @Override
    public SocketAddress localAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
