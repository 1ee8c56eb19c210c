package dev.anyloop.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Collects a body. Its array grows with what comes, never with what was announced. */
final class WholeBody {

    private static final int FIRST_BYTES = 1024;

    private final int most;
    private final HttpCallback onTooLarge;
    private byte[] bytes = {};
    private int length;

    /**
     * Collects nothing yet.
     *
     * @param onTooLarge called before more than the most is kept; nothing is given to this any more then
     */
    WholeBody(int most, HttpCallback onTooLarge) {
        this.most = Math.min(most, Integer.MAX_VALUE - 8); // no array may be longer
        this.onTooLarge = onTooLarge;
    }

    static void checkMost(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most < 0: " + most + " (use 0 if there may be no body)");
        }
    }

    void add(ByteBuffer data) throws Exception {
        int count = data.remaining();
        if (count > most - length) {
            onTooLarge.run();
            return;
        }
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(Math.max(FIRST_BYTES, length + count), 2L * bytes.length)));
        }
        data.get(bytes, length, count);
        length += count;
    }

    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
