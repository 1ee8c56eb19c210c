package dev.anyloop.adapters.framing;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of a stream of bytes, wherever that is cut. One decoder serves one stream, on one thread at a time.
 *
 * <p>Frames are asked for one by one, which is what back-pressure needs: whoever stops asking leaves the rest in the buffer. What a decoder
 * keeps is one unfinished frame, and that is bounded: a longer one is refused as soon as it is known to be longer.
 *
 * @param <F> what a frame is, for example a {@code String}; it belongs to whoever asked for it
 */
public interface FrameDecoder<F> {

    /**
     * The next frame, of bytes that were kept and then of these.
     *
     * @param data read up to the end of the frame, or if there is none whole, to the limit: what is unfinished is copied
     * @return the frame, or null if more bytes are needed
     * @throws ProtocolException if the frame would be longer than the limit; the frames before it have been returned. There is no place to
     *     go on from, so every further call throws too
     */
    @Nullable F next(ByteBuffer data) throws ProtocolException;

    /**
     * Tells whether the stream is in the middle of a frame: at the end of a stream, whether something is missing.
     *
     * @return true if bytes of an unfinished frame, or of what leads it, are kept
     */
    boolean isInFrame();

    /**
     * Hands on every frame that these bytes complete.
     *
     * @param data read to the limit
     * @param frames is given each; what it throws is thrown, and the rest stays in the buffer
     * @throws ProtocolException as {@link #next} does, after the frames before
     */
    default void read(ByteBuffer data, Consumer<? super F> frames) throws ProtocolException {
        for (F next = next(data); next != null; next = next(data)) {
            frames.accept(next);
        }
    }
}
