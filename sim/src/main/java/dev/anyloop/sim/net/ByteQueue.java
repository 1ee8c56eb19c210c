package dev.anyloop.sim.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in a row, added at one end and taken at the other; a ring that grows as far as it is filled. */
final class ByteQueue {

    private static final int FIRST_BYTES = 1024;

    private byte[] ring = new byte[0];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(ByteBuffer source, int count) {
        reserve(count);
        int tail = (head + size) % ring.length;
        int first = Math.min(count, ring.length - tail);
        source.get(ring, tail, first);
        source.get(ring, 0, count - first);
        size += count;
    }

    private void reserve(int more) {
        if (size + more > ring.length) {
            byte[] larger = new byte[Math.max(FIRST_BYTES, Integer.highestOneBit(size + more - 1) << 1)];
            copy(0, larger, size);
            ring = larger;
            head = 0;
        }
    }

    /** A copy of some bytes that stay in it. */
    byte[] peek(int offset, int count) {
        byte[] bytes = new byte[count];
        copy(offset, bytes, count);
        return bytes;
    }

    private void copy(int offset, byte[] into, int count) {
        if (count > 0) {
            int from = (head + offset) % ring.length;
            int first = Math.min(count, ring.length - from);
            System.arraycopy(ring, from, into, 0, first);
            System.arraycopy(ring, 0, into, first, count - first);
        }
    }

    /** Moves the first bytes to a buffer that has room for them. */
    void take(ByteBuffer into, int count) {
        int first = Math.min(count, ring.length - head);
        into.put(ring, head, first);
        into.put(ring, 0, count - first);
        drop(count);
    }

    void drop(int count) {
        size -= count;
        head = size == 0 ? 0 : (head + count) % ring.length;
    }

    void clear() {
        ring = new byte[0];
        head = 0;
        size = 0;
    }

    @Override
    public String toString() {
        return size + " bytes" + (size == 0 ? "" : " from " + Arrays.toString(peek(0, Math.min(size, 8))));
    }
}
