package dev.anyloop.conformance.differential;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * An endless stream of bytes, each of which tells where it belongs: all streams go round one ring of random bytes, each from
 * a place of its own.
 */
final class Payload {

    private static final byte[] RING = new byte[4 << 20];

    static {
        new SplittableRandom(42).nextBytes(RING);
    }

    private final int start;
    private final Map<Long, String> crcs = new HashMap<>();

    private Payload(long seed, int stream) {
        start = place(new SplittableRandom(seed * 1_000_003 + stream).nextInt(RING.length));
    }

    /** What each end of a connection of a scenario sends. */
    static Map<Side, Payload> ofBoth(long seed, int connection) {
        Map<Side, Payload> both = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            both.put(side, new Payload(seed, 2 * connection + side.ordinal()));
        }
        return both;
    }

    private static int place(long position) {
        return (int) (position & (RING.length - 1));
    }

    /** To be read only. */
    ByteBuffer bytes(long offset, int count) {
        int place = place(start + offset);
        return place + count <= RING.length ? ByteBuffer.wrap(RING, place, count) : ByteBuffer.wrap(copy(offset, count));
    }

    private byte[] copy(long offset, int count) {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            int from = place(start + offset + done);
            int length = Math.min(count - done, RING.length - from);
            System.arraycopy(RING, from, bytes, done, length);
            done += length;
        }
        return bytes;
    }

    /** Consumes the bytes: the offset of the first wrong one, or -1. */
    long mismatch(long offset, ByteBuffer bytes) {
        long at = offset;
        while (bytes.hasRemaining()) {
            int from = place(start + at);
            int length = Math.min(bytes.remaining(), RING.length - from);
            int wrong = bytes.slice(bytes.position(), length).mismatch(ByteBuffer.wrap(RING, from, length));
            if (wrong >= 0) {
                bytes.position(bytes.limit());
                return at + wrong;
            }
            bytes.position(bytes.position() + length);
            at += length;
        }
        return -1;
    }

    /** The count and the CRC of the first so many bytes. */
    String prefix(long count) {
        return crcs.computeIfAbsent(count, this::crc);
    }

    private String crc(long count) {
        CRC32 crc = new CRC32();
        for (long done = 0; done < count; ) {
            int from = place(start + done);
            int length = (int) Math.min(count - done, RING.length - from);
            crc.update(RING, from, length);
            done += length;
        }
        return count + " crc " + Long.toHexString(crc.getValue());
    }
}
