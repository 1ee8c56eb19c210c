package dev.anyloop.conformance.differential;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** An endless stream of bytes, each of which tells where it belongs. */
final class Payload {

    private static final int BLOCK = 64 * 1024;

    /** Eight bytes at a time, of which the lowest comes first. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long key;
    private final byte[] expected = new byte[BLOCK];
    private final Map<Long, String> crcs = new HashMap<>();

    Payload(long seed, int stream) {
        key = mix(seed * 1_000_003 + stream);
    }

    byte[] bytes(long offset, int count) {
        byte[] bytes = new byte[count];
        fill(bytes, offset, count);
        return bytes;
    }

    /** Consumes the bytes: the offset of the first wrong one, or -1. */
    long mismatch(long offset, ByteBuffer bytes) {
        int count = bytes.remaining();
        fill(expected, offset, count);
        int wrong = bytes.mismatch(ByteBuffer.wrap(expected, 0, count));
        bytes.position(bytes.limit());
        return wrong < 0 ? -1 : offset + wrong;
    }

    /** The count and the CRC of the first so many bytes. */
    String prefix(long count) {
        return crcs.computeIfAbsent(count, this::crc);
    }

    private String crc(long count) {
        CRC32 crc = new CRC32();
        for (long offset = 0; offset < count; offset += BLOCK) {
            int length = (int) Math.min(BLOCK, count - offset);
            fill(expected, offset, length);
            crc.update(expected, 0, length);
        }
        return count + " crc " + Long.toHexString(crc.getValue());
    }

    private void fill(byte[] bytes, long offset, int count) {
        int at = 0;
        for (; at < count && (offset + at & 7) != 0; at++) {
            bytes[at] = at(offset + at);
        }
        for (; at <= count - 8; at += 8) {
            LONGS.set(bytes, at, mix(key + (offset + at >>> 3)));
        }
        for (; at < count; at++) {
            bytes[at] = at(offset + at);
        }
    }

    private byte at(long offset) {
        return (byte) (mix(key + (offset >>> 3)) >>> (8 * (offset & 7)));
    }

    /** The finalizer of SplitMix64: neighbours in, strangers out. */
    private static long mix(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
