package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private final LineReader reader = new LineReader(20);
    private final List<String> lines = new ArrayList<>();

    @Test
    void linesDoNotDependOnWhereTheStreamIsCut() throws ProtocolException {
        byte[] bytes = "Grüße\n世界\r\n\nEnde\n".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            lines.clear();
            reader.read(ByteBuffer.wrap(bytes, 0, cut), lines::add);
            reader.read(ByteBuffer.wrap(bytes, cut, bytes.length - cut), lines::add);
            assertEquals(List.of("Grüße", "世界", "", "Ende"), lines, "cut at " + cut);
        }
    }

    @Test
    void theLinesBeforeOneThatIsTooLongAreRead() {
        assertThrows(ProtocolException.class, () -> reader.read(ascii("one\ntwo\n" + "x".repeat(21)), lines::add));
        assertEquals(List.of("one", "two"), lines);
    }

    @Test
    void aLineThatHasNotEndedIsKept() throws ProtocolException {
        reader.read(ascii("half a "), lines::add);
        assertEquals(List.of(), lines);
        reader.read(ascii("line\nand"), lines::add);
        assertEquals(List.of("half a line"), lines);
    }

    @Test
    void aLineOfTheGreatestLengthIsReadAndALongerOneRefused() throws ProtocolException {
        String longest = "x".repeat(20);
        reader.read(ascii(longest + "\n" + longest + "\r\n"), lines::add);
        assertEquals(List.of(longest, longest), lines);
        for (String tooLong : List.of(longest + "x", longest + "\rx")) {
            String message = assertThrows(ProtocolException.class,
                    () -> new LineReader(20).read(ascii(tooLong), lines::add)).getMessage();
            assertEquals("a line of more than 20 bytes", message);
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
