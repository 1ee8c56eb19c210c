package dev.anyloop.adapters.framing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Frames that have their length in front: an unsigned number of bytes, itself not counted. Immutable, for any number of streams.
 *
 * @param size how many bytes the number has: 1, 2, 4 or 8
 * @param order which of them comes first
 * @param longest how many bytes a frame may have: at least 1. An empty frame is one too
 */
public record LengthPrefix(int size, ByteOrder order, int longest) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if there is no number of that size, or the longest frame has less than 1 byte, or more than an
     *     array has, or more than the number can say
     */
    public LengthPrefix {
        Objects.requireNonNull(order, "order");
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw new IllegalArgumentException("a length has 1, 2, 4 or 8 bytes, not " + size);
        }
        Unfinished.checkLongest(longest);
        if (size < 4 && longest >= 1 << 8 * size) {
            throw new IllegalArgumentException("a length of " + size + " bytes cannot say " + longest);
        }
    }

    /**
     * With the byte first that counts most, as most protocols have it.
     *
     * @param size how many bytes the number has: 1, 2, 4 or 8
     * @param longest how many bytes a frame may have
     * @return a prefix in network order
     */
    public static LengthPrefix bigEndian(int size, int longest) {
        return new LengthPrefix(size, ByteOrder.BIG_ENDIAN, longest);
    }

    /**
     * With the byte first that counts least.
     *
     * @param size how many bytes the number has: 1, 2, 4 or 8
     * @param longest how many bytes a frame may have
     * @return a prefix in the order of most processors
     */
    public static LengthPrefix littleEndian(int size, int longest) {
        return new LengthPrefix(size, ByteOrder.LITTLE_ENDIAN, longest);
    }

    /**
     * What goes before a frame that is sent: write it, then the frame.
     *
     * @param length how many bytes the frame has
     * @return the number, in a buffer of its own
     * @throws IllegalArgumentException if that is negative or more than the longest frame has
     */
    public ByteBuffer of(int length) {
        if (length < 0 || length > longest) {
            throw new IllegalArgumentException("a frame has 0 to " + longest + " bytes, not " + length);
        }
        ByteBuffer prefix = ByteBuffer.allocate(size).order(order);
        switch (size) {
            case 1 -> prefix.put((byte) length);
            case 2 -> prefix.putShort((short) length);
            case 4 -> prefix.putInt(length);
            default -> prefix.putLong(length);
        }
        return prefix.flip();
    }

    /**
     * What makes frames of one stream.
     *
     * @return a new decoder
     */
    public FrameDecoder<byte[]> decoder() {
        return new LengthDecoder(this);
    }
}
