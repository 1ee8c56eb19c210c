package dev.anyloop.adapters.framing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of a frame that is not whole yet. They take memory as they come, not as they are announced. */
final class Unfinished {

    private static final byte[] NOTHING = {};
    private static final int LEAST = 64;
    /** A little less than the greatest array, which not every JVM has. */
    static final int MOST = Integer.MAX_VALUE - 64;

    private final String refusal;
    private byte[] bytes = NOTHING;
    private int size;
    private boolean isRefused;

    /** With what to say of a frame that is too long. */
    Unfinished(String refusal) {
        this.refusal = refusal;
    }

    static int checkLongest(int longest) {
        if (longest < 1 || longest > MOST) {
            throw new IllegalArgumentException("the longest frame is to have 1 to " + MOST + " bytes, not " + longest);
        }
        return longest;
    }

    void checkNotRefused() throws ProtocolException {
        if (isRefused) {
            throw new ProtocolException(refusal);
        }
    }

    ProtocolException refuse() {
        isRefused = true;
        bytes = NOTHING;
        return new ProtocolException(refusal);
    }

    int size() {
        return size;
    }

    void add(byte b) {
        makeRoom(1);
        bytes[size++] = b;
    }

    void add(ByteBuffer data, int count) {
        makeRoom(count);
        data.get(bytes, size, count);
        size += count;
    }

    private void makeRoom(int count) {
        if (bytes.length - size < count) {
            long doubled = Math.max(Math.max(LEAST, 2L * bytes.length), (long) size + count);
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, Integer.MAX_VALUE - 8));
        }
    }

    boolean endsWith(byte[] end) {
        return size >= end.length && Arrays.equals(bytes, size - end.length, size, end, 0, end.length);
    }

    byte byteAt(int index) {
        return bytes[index];
    }

    /** All but the last few, and what is kept starts anew. */
    byte[] takeAllBut(int last) {
        byte[] frame = Arrays.copyOf(bytes, size - last);
        clear();
        return frame;
    }

    String takeText(int length) {
        String text = new String(bytes, 0, length, UTF_8);
        clear();
        return text;
    }

    private void clear() {
        size = 0;
        if (bytes.length > LEAST * LEAST) {
            bytes = NOTHING; // one long frame does not cost memory for ever
        }
    }
}
