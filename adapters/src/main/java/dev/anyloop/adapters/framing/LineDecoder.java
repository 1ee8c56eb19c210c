package dev.anyloop.adapters.framing;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8, ended by LF or CR LF, which is not part of them. A chunk may end inside a character; so bytes are kept until their line
 * is whole, and only then decoded. What is no UTF-8 becomes U+FFFD. A CR elsewhere is a character as any other.
 */
public final class LineDecoder implements FrameDecoder<String> {

    private final int longest;
    private final Unfinished line;

    /**
     * For one stream.
     *
     * @param longest how many bytes a line may have, without its end: at least 1
     * @throws IllegalArgumentException if that is less than 1, or more than an array has
     */
    public LineDecoder(int longest) {
        this.longest = Unfinished.checkLongest(longest);
        line = new Unfinished("a line of more than " + longest + " bytes");
    }

    @Override
    public @Nullable String next(ByteBuffer data) throws ProtocolException {
        line.checkNotRefused();
        while (data.hasRemaining()) {
            byte b = data.get();
            if (b == '\n') {
                int length = line.size();
                return line.takeText(length > 0 && line.byteAt(length - 1) == '\r' ? length - 1 : length);
            } else if (line.size() < longest || (line.size() == longest && b == '\r')) {
                line.add(b);
            } else {
                throw line.refuse();
            }
        }
        return null;
    }

    @Override
    public boolean isInFrame() {
        return line.size() > 0;
    }
}
