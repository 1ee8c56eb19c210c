package dev.anyloop.tck.peer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream of bytes each of which depends on its offset, so that a lost, doubled or misplaced one is found at once. */
public final class Payload {

    /** The stream from its beginning, and again: a prime, so that nobody misplaces bytes by as many. */
    private static final byte[] PERIOD = new byte[1_048_573];

    static {
        for (int i = 0; i < PERIOD.length; i++) {
            PERIOD[i] = (byte) (i * 0x9E37_79B9_7F4A_7C15L >>> 56);
        }
    }

    private long offset;

    /** The next bytes of the stream. Tests make hundreds of mebibytes. */
    public byte[] next(int size) {
        byte[] bytes = new byte[size];
        for (int done = 0; done < size; ) {
            int count = Math.min(size - done, PERIOD.length - place());
            System.arraycopy(PERIOD, place(), bytes, done, count);
            done += count;
            offset += count;
        }
        return bytes;
    }

    /** What came has to be the next bytes of the stream. */
    public void check(byte[] bytes, int size) {
        for (int done = 0; done < size; ) {
            int count = Math.min(size - done, PERIOD.length - place());
            int wrong = Arrays.mismatch(bytes, done, done + count, PERIOD, place(), place() + count);
            if (wrong >= 0) {
                throw new AssertionError("the byte at " + (offset + wrong) + " is " + bytes[done + wrong]
                        + " instead of " + PERIOD[place() + wrong]);
            }
            done += count;
            offset += count;
        }
    }

    private int place() {
        return (int) (offset % PERIOD.length);
    }

    /** Reads to the end of a peer's input, so many bytes at a time, all of which have to be of the stream. */
    public void checkAll(Peer peer, int atOnce) throws IOException {
        InputStream in = peer.input();
        byte[] chunk = new byte[atOnce];
        for (int count; (count = in.read(chunk)) >= 0; ) {
            check(chunk, count);
        }
    }

    /** How many bytes of the stream were made or checked so far. */
    public long offset() {
        return offset;
    }
}
