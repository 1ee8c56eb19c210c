package dev.anyloop.adapters;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptibleChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket of a loop for threads that may block, virtual ones above all, which do not hold on to their carriers here: a
 * {@link ByteChannel}, and streams. It behaves as a {@link java.nio.channels.SocketChannel} in blocking mode and the streams of its
 * {@code socket()} do:
 *
 * <ul>
 * <li>A thread that is interrupted in it, or comes interrupted, closes it and gets a {@link ClosedByInterruptException}, interrupted still.
 * <li>When another thread closes it, whoever waits in it gets an {@link AsynchronousCloseException}, and later calls a
 *     {@link ClosedChannelException}. So it is when the loop is closed, or closes the socket.
 * <li>A read that takes longer than the {@link #readTimeout} throws a {@link SocketTimeoutException}, has read nothing, and may be made again.
 * <li>The peer's end is read as -1, and writing goes on; {@link #shutdownOutput} ends the sending side, and reading goes on.
 * <li>When the network fails, reads get what had come, then a {@link SocketException} whose cause is the {@link NetworkException}, but -1 if
 *     the peer had ended before; writes get that exception at once.
 * </ul>
 *
 * <p>Between it and the loop there are two buffers: at most 128 KiB that have come and were not read, for which the socket is paused at
 * 64 KiB; and at most 64 KiB that were written and not taken by the kernel, for which writers wait. A write is done when its bytes are in the
 * second, as with a kernel's buffer; {@link #close} sends them on.
 *
 * <p>All methods are safe from any thread. Those that may wait are refused by an {@link IllegalStateException} on the loop's own
 * thread, where the wait would never end. It has all callbacks of the socket.
 *
 * <p>The class is long by its documentation; what waits is elsewhere.
 */
public final class BlockingSocket implements ByteChannel, InterruptibleChannel {

    // set once
    private final Socket socket;
    private final EventLoop loop;
    private final BlockingInput input;
    private final BlockingOutput output;
    private final LoopFuture<BlockingSocket> connected;
    // any thread
    private volatile @Nullable Duration readTimeout;

    private BlockingSocket(Socket socket) {
        this.socket = socket;
        loop = socket.loop();
        input = new BlockingInput(socket);
        output = new BlockingOutput(socket);
        connected = new LoopFuture<>(loop, socket::abort);
        socket.onConnect(same -> connected.settle(this, null))
                .onRead((same, data) -> input.received(data))
                .onEnd(same -> input.ended())
                .onError((same, error) -> { }) // the close callback has it too
                .onClose((same, error) -> closed(error));
    }

    private void closed(@Nullable NetworkException error) {
        input.closed(error);
        output.closed(error);
        if (!connected.isDone()) {
            connected.settle(null, error != null ? error : new ClosedChannelException());
        }
    }

    // ---- made ----

    /**
     * Takes over a socket, from its accept callback or before it is connected. Allow it to be half-open: else it closes at the peer's end,
     * and writes after that fail.
     *
     * @param socket not read from yet
     * @return the socket, for other threads
     * @throws IllegalStateException on another thread than the loop's
     */
    public static BlockingSocket of(Socket socket) {
        return new BlockingSocket(Objects.requireNonNull(socket, "socket"));
    }

    /**
     * Connects, and waits for that. The loop has to be running, or nobody connects.
     *
     * @param loop connects
     * @param address an {@link java.net.InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}
     * @param options how to connect, and for how long; the socket is half-open at the peer's end in any case
     * @return the socket, connected
     * @throws ClosedByInterruptException if this thread is interrupted
     * @throws SocketTimeoutException if it is not connected within the connect timeout
     * @throws IOException if it cannot be connected; the cause is the {@link NetworkException}
     * @throws IllegalArgumentException as {@link EventLoop#connect(SocketAddress, ConnectOptions)} does
     * @throws IllegalStateException on the loop's own thread, or if the loop is shutting down
     */
    public static BlockingSocket connect(EventLoop loop, SocketAddress address, ConnectOptions options) throws IOException {
        Blocking.check(loop, "connecting");
        ConnectOptions halfOpen = options.withSocket(options.socket().withAllowHalfOpen(true));
        LoopFuture<BlockingSocket> made = new LoopFuture<>(loop);
        CountDownLatch begun = new CountDownLatch(1);
        try {
            loop.execute(() -> {
                begun.countDown();
                if (!made.isDone()) {
                    connect(loop, address, halfOpen, made);
                }
            });
            while (!begun.await(1, TimeUnit.SECONDS)) {
                loop.execute(() -> { }); // a loop that is closed has discarded it, and says so
            }
            return made.get();
        } catch (InterruptedException e) {
            made.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (RejectedExecutionException e) {
            throw new ClosedChannelException();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    /** On the loop thread. Who gives up aborts the socket, even if it is just connected. */
    private static void connect(EventLoop loop, SocketAddress address, ConnectOptions options, LoopFuture<BlockingSocket> made) {
        try {
            BlockingSocket socket = of(loop.connect(address, options));
            socket.connected.whenComplete((same, error) -> made.settle(same, error));
            made.whenComplete((same, error) -> {
                if (error != null) {
                    socket.socket.abort();
                }
            });
        } catch (RuntimeException | Error e) { // whoever waits would wait for ever
            made.settle(null, e);
        }
    }

    private static IOException thrown(Throwable cause) {
        if (cause instanceof NetworkException network) {
            return Waits.failed(network);
        } else if (cause instanceof IOException failed) {
            return failed;
        } else if (cause instanceof Error error) {
            throw error;
        }
        throw cause instanceof RuntimeException misuse ? misuse : new IllegalStateException(cause);
    }

    // ---- reading ----

    /**
     * Reads what has come, and waits if nothing has.
     *
     * @param to has its position moved by what is read
     * @return how many bytes, or -1 at the peer's end; 0 only if there is no room
     * @throws SocketTimeoutException after the read timeout
     * @throws IOException as the class says
     */
    @Override
    public int read(ByteBuffer to) throws IOException {
        Blocking.check(loop, "reading");
        try {
            return input.read(to, readTimeout);
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        }
    }

    /**
     * How long reads wait.
     *
     * @param timeout the time, or null or zero for as long as it takes, which is how it starts. Counts for the next read
     * @return this socket
     * @throws IllegalArgumentException if it is negative
     */
    public BlockingSocket readTimeout(@Nullable Duration timeout) {
        if (timeout != null && timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout is not negative, as " + timeout + " is");
        }
        readTimeout = timeout == null || timeout.isZero() ? null : timeout;
        return this;
    }

    /**
     * The reading side as a stream. To close it closes the socket.
     *
     * @return a stream; {@code available} is what can be read without waiting
     */
    public InputStream inputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return BlockingSocket.this.read(ByteBuffer.wrap(to, offset, length));
            }

            @Override
            public int available() throws IOException {
                return input.available();
            }

            @Override
            public void close() {
                BlockingSocket.this.close();
            }
        };
    }

    // ---- writing ----

    /**
     * Sends all bytes, and waits while there is no room for them.
     *
     * @param bytes consumed from position to limit; on an exception, as far as they were taken
     * @return how many: all, unless another thread closes it when some are sent
     * @throws ClosedChannelException also after {@link #shutdownOutput}
     * @throws IOException as the class says
     */
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        Blocking.check(loop, "writing");
        try {
            return output.write(bytes);
        } catch (ClosedByInterruptException e) {
            close();
            throw e;
        }
    }

    /**
     * The sending side as a stream. To close it closes the socket.
     *
     * @return a stream; it keeps nothing, so there is nothing to flush
     */
    public OutputStream outputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer all = ByteBuffer.wrap(bytes, offset, length);
                BlockingSocket.this.write(all);
                if (all.hasRemaining()) {
                    throw new AsynchronousCloseException();
                }
            }

            @Override
            public void close() {
                BlockingSocket.this.close();
            }
        };
    }

    /**
     * Ends the sending side, after what was written; reading goes on. A second call does nothing.
     *
     * @return this socket
     * @throws ClosedChannelException if it is closed
     */
    public BlockingSocket shutdownOutput() throws ClosedChannelException {
        output.end();
        return this;
    }

    // ---- the whole ----

    /** Closes, and does not wait: what was written is sent, what came and was not read is dropped. A second call does nothing. */
    @Override
    public void close() {
        input.close();
        output.close();
        input.onLoop(socket::close);
    }

    @Override
    public boolean isOpen() {
        return input.isOpen();
    }

    /**
     * The socket itself, for its addresses; its other methods belong to the loop thread.
     *
     * @return the socket
     */
    public Socket socket() {
        return socket;
    }
}
