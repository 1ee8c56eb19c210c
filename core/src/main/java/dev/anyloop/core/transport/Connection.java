package dev.anyloop.core.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** One connection of a {@link Transport}: bytes in and out, and no more than the engine does anyway. */
public interface Connection {

    /**
     * Sends bytes without blocking, which core has {@linkplain #offer offered} just before. Core lends one direct buffer at a
     * time (SEAM-005): if bytes remain, the connection keeps it, sends the rest by itself and reports every advance by
     * {@link ConnectionEvents#written}; until then core neither touches the buffer nor writes again.
     *
     * @param lent the bytes from position to limit; the position advances as they are taken
     * @return how many the kernel took now; 0 if that is known later, or left to the next {@code poll}
     * @throws IOException if the output has failed; reading goes on. Nothing is kept of the buffer
     */
    int write(ByteBuffer lent) throws IOException;

    /**
     * Sends what the kernel takes now (SEAM-012). Core offers all bytes before it lends what was not taken: so it need not
     * copy what is the user's, nor keep a buffer for what is gone. It calls this only when nothing is lent. An engine that
     * cannot know at once what it sends takes nothing, as this method does.
     *
     * @param bytes a direct buffer, of which nothing is kept: its bytes from position to limit; the position advances by
     *     what is taken
     * @return how many the kernel took, of which no event follows; 0 if none
     * @throws IOException if the output has failed; reading goes on
     */
    default int offer(ByteBuffer bytes) throws IOException {
        return 0;
    }

    /** Stops reading. What was already read or under way may still be delivered: some chunks, and one end or failure (SEAM-011). */
    void pauseReading();

    /**
     * Reads, or reads again; if the connection is still to be made, from then on. The next {@code poll} reports what the kernel
     * already holds (SEAM-008).
     */
    void resumeReading();

    /**
     * Sends the end of the output. Core calls it once at most, when nothing is left to write, and not when the peer has ended
     * and {@link #close} follows. A failure shows in reading.
     */
    void shutdownOutput();

    /**
     * Begins the release. Of all events only {@link ConnectionEvents#closed} follows, inside {@code poll}, when the
     * descriptor is gone (SEAM-006). Core calls it exactly once, also after {@link ConnectionEvents#failed}.
     */
    void close();

    /**
     * The local address. Core asks once, when the connection is made.
     *
     * @return the address
     */
    SocketAddress localAddress();

    /**
     * The peer's address. Core asks once, when the connection is made.
     *
     * @return the address, also of a peer that is gone already: what accepts knows it even then; never null
     */
    SocketAddress remoteAddress();
}
