package dev.anyloop.adapters.framing;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the length, then as many bytes. */
final class LengthDecoder implements FrameDecoder<byte[]> {

    private static final int UNKNOWN = -1;

    private final int longest;
    private final ByteBuffer prefix;
    private final Unfinished frame;
    private int length = UNKNOWN;

    LengthDecoder(LengthPrefix form) {
        longest = form.longest();
        prefix = ByteBuffer.allocate(form.size()).order(form.order());
        frame = new Unfinished("a frame of more than " + longest + " bytes");
    }

    @Override
    public byte @Nullable [] next(ByteBuffer data) throws ProtocolException {
        frame.checkNotRefused();
        while (length == UNKNOWN) {
            if (!data.hasRemaining()) {
                return null;
            }
            prefix.put(data.get());
            if (!prefix.hasRemaining()) {
                length = announced();
                prefix.clear();
            }
        }
        frame.add(data, Math.min(data.remaining(), length - frame.size()));
        if (frame.size() < length) {
            return null;
        }
        length = UNKNOWN;
        return frame.takeAllBut(0);
    }

    private int announced() throws ProtocolException {
        long value = switch (prefix.capacity()) {
            case 1 -> Byte.toUnsignedLong(prefix.get(0));
            case 2 -> Short.toUnsignedLong(prefix.getShort(0));
            case 4 -> Integer.toUnsignedLong(prefix.getInt(0));
            default -> prefix.getLong(0);
        };
        if (Long.compareUnsigned(value, longest) > 0) {
            throw frame.refuse();
        }
        return (int) value;
    }

    @Override
    public boolean isInFrame() {
        return length != UNKNOWN || prefix.position() > 0;
    }
}
