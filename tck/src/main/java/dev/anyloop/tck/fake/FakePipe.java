package dev.anyloop.tck.fake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One direction of a connection: the bytes that were sent and not yet received, and how the direction ended. */
final class FakePipe {

    private byte[] bytes = new byte[0];
    private int capacity;
    private boolean ended;
    private @Nullable IOException failure;

    FakePipe(int capacity) {
        this.capacity = capacity;
    }

    /** How many bytes it holds at most, from now on. */
    void capacity(int newCapacity) {
        capacity = newCapacity;
    }

    int size() {
        return bytes.length;
    }

    boolean hasRoom() {
        return bytes.length < capacity;
    }

    /** Takes what there is room for. */
    int put(ByteBuffer source) {
        int count = Math.min(source.remaining(), Math.max(0, capacity - bytes.length));
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, before + count);
        source.get(bytes, before, count);
        return count;
    }

    byte[] take(int limit) {
        int count = Math.min(limit, bytes.length);
        byte[] taken = Arrays.copyOf(bytes, count);
        bytes = Arrays.copyOfRange(bytes, count, bytes.length);
        return taken;
    }

    void end() {
        ended = true;
    }

    /** What was sent before may still be received, then the receiver sees the failure. */
    void fail(IOException cause) {
        failure = cause;
    }

    boolean atEnd() {
        return ended && bytes.length == 0 && failure == null;
    }

    @Nullable IOException failureAfterBytes() {
        return bytes.length == 0 ? failure : null;
    }
}
