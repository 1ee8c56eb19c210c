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

    @Test
    void linesDoNotDependOnWhereTheStreamIsCut() throws ProtocolException {
        byte[] bytes = "Grüße\n世界\r\n\nEnde\n".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            List<String> lines = new ArrayList<>(reader.read(ByteBuffer.wrap(bytes, 0, cut)));
            lines.addAll(reader.read(ByteBuffer.wrap(bytes, cut, bytes.length - cut)));
            assertEquals(List.of("Grüße", "世界", "", "Ende"), lines, "cut at " + cut);
        }
    }

    @Test
    void aLineThatHasNotEndedIsKept() throws ProtocolException {
        assertEquals(List.of(), reader.read(ascii("half a ")));
        assertEquals(List.of("half a line"), reader.read(ascii("line\nand")));
    }

    @Test
    void aLineOfTheGreatestLengthIsReadAndALongerOneRefused() throws ProtocolException {
        assertEquals(List.of("x".repeat(20)), reader.read(ascii("x".repeat(20) + "\n")));
        String message = assertThrows(ProtocolException.class, () -> reader.read(ascii("x".repeat(21)))).getMessage();
        assertEquals("a line of more than 20 bytes", message);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
