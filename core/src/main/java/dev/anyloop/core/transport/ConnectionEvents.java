package dev.anyloop.core.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What a {@link Connection} tells core, inside {@link Transport#poll} only. None of these throws (SEAM-002). */
public interface ConnectionEvents {

    /** The connection is made; first, and only for {@link Transport#connect}. */
    void connected();

    /**
     * Bytes arrived.
     *
     * @param bytes 1 to 65,536 of them, from position to limit; valid during the call (SEAM-004)
     */
    void received(ByteBuffer bytes);

    /**
     * The peer has ended its output. Reported once, after all data; the output of this side goes on (SEAM-007). A reset that
     * comes later is still told, by {@link #failed} (SEAM-013).
     */
    void inputEnded();

    /**
     * More of the lent buffer was taken.
     *
     * @param count how many bytes, at least 1
     */
    void written(int count);

    /**
     * The output has failed; reading goes on (SEAM-007). Nothing is kept of the lent buffer.
     *
     * @param cause the engine's exception
     */
    void outputFailed(IOException cause);

    /**
     * The connection has failed as a whole, or could not be made. At most once; only {@link #closed} follows.
     *
     * @param cause the engine's exception
     */
    void failed(IOException cause);

    /** The release begun by {@link Connection#close} is complete (SEAM-006). Last, exactly once. */
    void closed();
}
