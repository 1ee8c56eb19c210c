package dev.anyloop.sim.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** Bytes in a row, added at one end and taken at the other. They stay in the pieces in which they came, so most are not copied here. */
final class ByteQueue {

    private final Queue<byte[]> pieces = new ArrayDeque<>(); // none is empty
    private int taken; // of the first piece
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(ByteBuffer source, int count) {
        byte[] piece = new byte[count];
        source.get(piece);
        add(piece);
    }

    /** A piece that nobody changes any more. */
    void add(byte[] piece) {
        if (piece.length > 0) {
            pieces.add(piece);
            size += piece.length;
        }
    }

    /** The first bytes, of which there are so many; nobody may change them. */
    byte[] take(int count) {
        byte[] first = pieces.element();
        if (taken == 0 && first.length == count) {
            pieces.remove();
            size -= count;
            return first;
        }
        byte[] bytes = new byte[count];
        take(ByteBuffer.wrap(bytes), count);
        return bytes;
    }

    /** Moves the first bytes to a buffer that has room for them. */
    void take(ByteBuffer into, int count) {
        for (int left = count; left > 0; ) {
            byte[] first = pieces.element();
            int some = Math.min(left, first.length - taken);
            into.put(first, taken, some);
            left -= some;
            taken += some;
            if (taken == first.length) {
                pieces.remove();
                taken = 0;
            }
        }
        size -= count;
    }

    void clear() {
        pieces.clear();
        taken = 0;
        size = 0;
    }

    @Override
    public String toString() {
        return size + " bytes in " + pieces.size() + " pieces";
    }
}
