package dev.anyloop.http;

import java.nio.ByteBuffer;

/**
 * Answers to the requests of one view, which are written to the socket in one piece: sixteen small writes cost it more than their bytes
 * do. One serves all connections of a server, since only one of them reads at a time.
 */
final class Together {

    private static final int MOST = 4 * 1024;

    private final byte[] bytes = new byte[MOST];
    private final ByteBuffer view = ByteBuffer.wrap(bytes); // for who takes
    private int length;

    boolean isEmpty() {
        return length == 0;
    }

    int length() {
        return length;
    }

    /** Of a heap buffer, from the beginning of its array on; false if there is no room, and nothing was added. */
    boolean add(ByteBuffer more) {
        int count = more.remaining();
        if (count > MOST - length) {
            return false;
        }
        System.arraycopy(more.array(), 0, bytes, length, count);
        length += count;
        return true;
    }

    /** All of them, valid until something else is added. */
    ByteBuffer take() {
        view.clear().limit(length);
        length = 0;
        return view;
    }
}
