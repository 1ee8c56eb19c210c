package dev.anyloop.examples;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    /** The lines that these bytes complete, without their ends ("\n" or "\r\n"). */
    List<String> read(ByteBuffer data) throws ProtocolException {
        List<String> lines = new ArrayList<>();
        while (data.hasRemaining()) {
            byte b = data.get();
            if (b == '\n') {
                lines.add(takeLine());
            } else if (line.size() == longest) {
                throw new ProtocolException("a line of more than " + longest + " bytes");
            } else {
                line.write(b);
            }
        }
        return lines;
    }

    private String takeLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
