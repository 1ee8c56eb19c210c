package dev.anyloop.adapters.framing;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Frames that end with a delimiter, which is not part of them: the first place where all its bytes stand in a row. */
public final class DelimiterDecoder implements FrameDecoder<byte[]> {

    private final byte[] delimiter;
    private final int most; // bytes, the delimiter's included
    private final Unfinished frame;

    /**
     * For one stream.
     *
     * @param delimiter at least one byte; copied
     * @param longest how many bytes a frame may have, without the delimiter: at least 1
     * @throws IllegalArgumentException if the delimiter is empty, or the length less than 1 or together with it more than an array has
     */
    public DelimiterDecoder(byte[] delimiter, int longest) {
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("the delimiter is empty: every place would be an end");
        }
        this.delimiter = delimiter.clone();
        Unfinished.checkLongest(longest);
        if (longest > Unfinished.MOST - delimiter.length) {
            throw new IllegalArgumentException("the longest frame and its delimiter are to have " + Unfinished.MOST + " bytes at most, not "
                    + longest + " and " + delimiter.length);
        }
        most = longest + delimiter.length;
        frame = new Unfinished("a frame of more than " + longest + " bytes");
    }

    @Override
    public byte @Nullable [] next(ByteBuffer data) throws ProtocolException {
        frame.checkNotRefused();
        byte last = delimiter[delimiter.length - 1];
        while (data.hasRemaining()) {
            byte b = data.get();
            frame.add(b);
            if (b == last && frame.endsWith(delimiter)) {
                return frame.takeAllBut(delimiter.length);
            } else if (frame.size() == most) {
                throw frame.refuse();
            }
        }
        return null;
    }

    @Override
    public boolean isInFrame() {
        return frame.size() > 0;
    }
}
