package dev.anyloop.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Core's buffers as Netty takes them, without a copy. Core lends few buffers again and again, each to one connection at
 * a time, so each is wrapped once. Who is known is kept from the collector, so those are few too (RES-007).
 */
final class LentBuffers {

    private static final int MOST_KNOWN_BYTES = 256 * 1024;

    private final Map<ByteBuffer, ByteBuf> known = new IdentityHashMap<>();
    private int knownBytes;

    /** What is between position and limit; Netty releases it when it is done. */
    ByteBuf wrap(ByteBuffer lent) {
        ByteBuf wrapped = known.get(lent);
        if (wrapped == null) {
            if (knownBytes + lent.capacity() > MOST_KNOWN_BYTES) {
                clear(); // core may have dropped some of them
            }
            wrapped = Unpooled.wrappedBuffer(lent.duplicate().clear());
            known.put(lent, wrapped);
            knownBytes += lent.capacity();
        }
        return wrapped.setIndex(lent.position(), lent.limit()).retain();
    }

    void clear() {
        known.clear();
        knownBytes = 0;
    }
}
