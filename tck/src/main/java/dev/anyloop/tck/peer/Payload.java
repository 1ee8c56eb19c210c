package dev.anyloop.tck.peer;

import java.io.IOException;
import java.io.InputStream;

/** A stream of bytes each of which depends on its offset, so that a lost, doubled or misplaced one is found at once. */
public final class Payload {

    private long offset;

    /** The next bytes of the stream. */
    public byte[] next(int size) {
        byte[] bytes = new byte[size];
        long first = offset; // not a field for every byte: tests make hundreds of mebibytes
        for (int i = 0; i < size; i++) {
            bytes[i] = at(first + i);
        }
        offset += size;
        return bytes;
    }

    /** What came has to be the next bytes of the stream. */
    public void check(byte[] bytes, int count) {
        long first = offset;
        for (int i = 0; i < count; i++) {
            if (bytes[i] != at(first + i)) {
                throw new AssertionError("the byte at " + (first + i) + " is " + bytes[i] + " instead of " + at(first + i));
            }
        }
        offset += count;
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

    private static byte at(long offset) {
        return (byte) (offset * 0x9E37_79B9_7F4A_7C15L >>> 56);
    }
}
