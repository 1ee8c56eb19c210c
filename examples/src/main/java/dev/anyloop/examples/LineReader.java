package dev.anyloop.examples;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into lines. A chunk may hold half a line or ten, and may end inside a character; so bytes are
 * kept until their line is whole, and only then decoded.
 */
final class LineReader {

    private final int longest;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Whoever sends a line of more bytes than {@code longest} must not make us keep it. */
    LineReader(int longest) {
        this.longest = longest;
    }

    /**
     * Hands on each line that these bytes complete, without its end ("\n" or "\r\n"). Those before one that is too long are
     * handed on too, or it would matter where the stream was cut.
     */
    void read(ByteBuffer data, Consumer<String> lines) throws ProtocolException {
        for (String next = next(data); next != null; next = next(data)) {
            lines.accept(next);
        }
    }

    /** The next line, or null if it is not whole yet: for whom a line may change what is to be made of the bytes after it. */
    @Nullable String next(ByteBuffer data) throws ProtocolException {
        while (data.hasRemaining()) {
            byte b = data.get();
            if (b == '\n') {
                return takeLine();
            } else if (line.size() < longest || (line.size() == longest && b == '\r')) {
                line.write(b);
            } else {
                throw new ProtocolException("a line of more than " + longest + " bytes");
            }
        }
        return null;
    }

    private String takeLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
