package dev.anyloop.benchmarks.servers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection's side of the protocol: every 14 bytes are a request, wherever the chunks are cut. */
public final class Ping {

    /** A request. */
    public static final byte[] REQUEST = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Its reply. */
    public static final byte[] REPLY = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Room for the replies to the largest chunk that any of the servers reads. */
    static final int MOST_REPLY_BYTES = 64 * 1024;

    private int partial;

    /** How many requests are complete with these bytes. */
    int requests(int bytes) {
        int have = partial + bytes;
        partial = have % REQUEST.length;
        return have / REQUEST.length;
    }

    /** Fills the buffer with that many replies, ready to be written. */
    static ByteBuffer replies(ByteBuffer out, int count) {
        out.clear();
        for (int i = 0; i < count; i++) {
            out.put(REPLY);
        }
        return out.flip();
    }
}
