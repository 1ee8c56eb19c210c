package dev.anyloop.adapters;

/**
 * Receives the frames of a {@link FrameReader}.
 *
 * @param <F> what a frame is
 */
@FunctionalInterface
public interface FrameCallback<F> {

    /**
     * Called on the loop thread for each frame, in order.
     *
     * @param reader who read it
     * @param frame the receiver's to keep
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler} (LOOP-011); the frames behind it follow
     *     all the same
     */
    void read(FrameReader<F> reader, F frame) throws Exception;
}
