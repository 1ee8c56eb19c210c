package dev.anyloop.adapters;

import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.FrameDecoder;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;

/**
 * Reads a socket frame by frame. It has the read callback of the socket, and pauses and resumes it: use {@link #pause} and {@link #resume}
 * here instead of those of the socket. All other callbacks are free; in that of the end, {@link FrameDecoder#isInFrame} tells whether
 * something is missing.
 *
 * <p>What came and is not wanted yet, a view's worth at most, is held, and the socket paused meanwhile: so no frame is lost while it is
 * paused or when a callback throws, and the end never comes before the last frame. Once the socket is closed no further frame comes, even
 * if it had arrived (ORDER-008). If the decoder throws anything but a {@link ProtocolException}, nobody knows where the next frame begins:
 * the socket is aborted, and what was thrown goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}.
 *
 * <p>All methods belong to the loop thread. To begin with TLS in the middle of a stream, use the decoder without this: what has come in
 * plain must not be held (TLS-018).
 *
 * @param <F> what a frame is
 */
public final class FrameReader<F> {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // set once
    private final Socket socket;
    private final FrameDecoder<F> decoder;
    private final FrameCallback<F> frames;
    private final MalformedCallback malformed;
    // loop thread
    private ByteBuffer held = NOTHING;
    private boolean paused;
    private boolean goingOn; // a timer will look at what is held

    private FrameReader(Socket socket, FrameDecoder<F> decoder, FrameCallback<F> frames, MalformedCallback malformed) {
        this.socket = Objects.requireNonNull(socket, "socket");
        this.decoder = Objects.requireNonNull(decoder, "decoder");
        this.frames = Objects.requireNonNull(frames, "frames");
        this.malformed = Objects.requireNonNull(malformed, "malformed");
    }

    /**
     * Reads from now on.
     *
     * @param <F> what a frame is
     * @param socket its read callback is replaced
     * @param decoder makes the frames; a new one for each socket
     * @param frames receives them
     * @param malformed is told if the peer sends what is no frame
     * @return the reader
     * @throws IllegalStateException on another thread than the loop's
     */
    public static <F> FrameReader<F> start(
            Socket socket, FrameDecoder<F> decoder, FrameCallback<F> frames, MalformedCallback malformed) {
        FrameReader<F> reader = new FrameReader<>(socket, decoder, frames, malformed);
        socket.onRead((same, data) -> reader.received(data));
        return reader;
    }

    /**
     * The socket that is read.
     *
     * @return the socket
     */
    public Socket socket() {
        return socket;
    }

    /**
     * No further frame comes until {@link #resume}, nor the end, even if it has arrived; the peer's writes soon stall. A second call does
     * nothing.
     *
     * @return this reader
     * @throws IllegalStateException on another thread than the loop's
     */
    public FrameReader<F> pause() {
        socket.pause();
        paused = true;
        return this;
    }

    /**
     * Frames come again, never inside this call. Does nothing if it is not paused.
     *
     * @return this reader
     * @throws IllegalStateException on another thread than the loop's
     */
    public FrameReader<F> resume() {
        if (!socket.loop().inLoop()) {
            throw new IllegalStateException("the reader was resumed on thread " + Thread.currentThread().getName()
                    + " (it belongs to the thread of its loop: use loop.execute)");
        }
        if (!held.hasRemaining()) {
            socket.resume();
        } else if (paused && socket.isOpen()) {
            goOnLater();
        }
        paused = false;
        return this;
    }

    private void received(ByteBuffer data) throws Exception {
        try {
            deliver(data);
        } finally {
            if (data.hasRemaining()) {
                hold(data);
            }
        }
    }

    /** The callback has paused, or thrown. */
    private void hold(ByteBuffer data) {
        held = Received.copy(socket, data);
        socket.pause();
        if (!paused) {
            goOnLater();
        }
    }

    /** Never again, if a callback has closed the loop. */
    private void goOnLater() {
        if (!goingOn && !Closed.is(socket.loop())) {
            socket.loop().timer(Duration.ZERO, timer -> goOn());
            goingOn = true;
        }
    }

    private void goOn() throws Exception {
        goingOn = false;
        try {
            deliver(held);
        } finally {
            if (held.hasRemaining() && !paused) {
                goOnLater();
            } else if (!held.hasRemaining()) {
                held = NOTHING;
                if (!paused) {
                    socket.resume();
                }
            }
        }
    }

    /** Until there is no whole frame any more, or somebody wants no more. */
    private void deliver(ByteBuffer data) throws Exception {
        while (!paused && socket.isOpen()) {
            F frame;
            try {
                frame = decoder.next(data);
            } catch (ProtocolException e) {
                data.position(data.limit());
                socket.onRead((same, rest) -> { });
                malformed.malformed(socket, e);
                return;
            } catch (RuntimeException | Error e) {
                data.position(data.limit());
                socket.abort();
                throw e;
            }
            if (frame == null) {
                return;
            }
            frames.read(this, frame);
        }
        if (!socket.isOpen()) {
            data.position(data.limit());
        }
    }
}
