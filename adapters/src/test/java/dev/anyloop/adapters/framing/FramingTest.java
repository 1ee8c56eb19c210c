package dev.anyloop.adapters.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream says does not depend on where it is cut. */
class FramingTest {

    /** What came of a stream: its frames, and how it ended. */
    private static <F> List<String> outcome(FrameDecoder<F> decoder, Function<F, String> text, ByteBuffer... chunks) {
        List<String> told = new ArrayList<>();
        try {
            for (ByteBuffer chunk : chunks) {
                decoder.read(chunk, frame -> told.add(text.apply(frame)));
                assertFalse(chunk.hasRemaining());
            }
            told.add(decoder.isInFrame() ? "cut off" : "whole");
        } catch (ProtocolException e) {
            told.add(e.getMessage());
            assertThrows(ProtocolException.class, () -> decoder.next(ByteBuffer.wrap(new byte[] {'\n'})), "it has no place to go on from");
        }
        return told;
    }

    /** At every byte, with every pair of cuts, and byte by byte. */
    private static <F> void assertFrames(Supplier<FrameDecoder<F>> decoders, Function<F, String> text, byte[] bytes, String... expected) {
        List<String> frames = List.of(expected);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertEquals(frames, outcome(decoders.get(), text, ByteBuffer.wrap(bytes, 0, first),
                        ByteBuffer.wrap(bytes, first, second - first), ByteBuffer.wrap(bytes, second, bytes.length - second)),
                        "cut at " + first + " and " + second);
            }
        }
        ByteBuffer[] single = new ByteBuffer[bytes.length];
        Arrays.setAll(single, i -> ByteBuffer.wrap(bytes, i, 1));
        assertEquals(frames, outcome(decoders.get(), text, single));
    }

    private static void assertLines(int longest, String stream, String... expected) {
        assertFrames(() -> new LineDecoder(longest), line -> line, stream.getBytes(UTF_8), expected);
    }

    private static void assertDelimited(String delimiter, int longest, String stream, String... expected) {
        assertFrames(() -> new DelimiterDecoder(delimiter.getBytes(ISO_8859_1), longest), frame -> new String(frame, ISO_8859_1),
                stream.getBytes(ISO_8859_1), expected);
    }

    // ---- lines ----

    @Test
    void linesEndWithEitherEnd() {
        assertLines(20, "Grüße\n世界\r\n\nEnde\r\n\r\n", "Grüße", "世界", "", "Ende", "", "whole");
    }

    @Test
    void aLineThatHasNotEndedIsKept() {
        assertLines(20, "half a line", "cut off");
        assertLines(20, "one\nhalf\r", "one", "cut off");
    }

    @Test
    void carriageReturnsInsideALineArePartOfIt() {
        assertLines(20, "a\rb\r\r\nc\n", "a\rb\r", "c", "whole");
    }

    @Test
    void whatIsNoUtf8IsReplacedAndHarmsNoOtherLine() {
        assertFrames(() -> new LineDecoder(9), line -> line, new byte[] {(byte) 0xc3, '\n', 'a', '\n'}, "\ufffd", "a", "whole");
    }

    @Test
    void aLineOfTheGreatestLengthIsReadAndALongerOneRefused() {
        String longest = "x".repeat(20);
        String refusal = "a line of more than 20 bytes";
        assertLines(20, longest + "\n" + longest + "\r\n", longest, longest, "whole");
        assertLines(20, "one\ntwo\n" + longest + "x", "one", "two", refusal);
        assertLines(20, "one\n" + longest + "\rx\n", "one", refusal);
        assertLines(20, longest + "x\nnext\n", refusal);
    }

    // ---- delimiters ----

    @Test
    void framesEndWhereTheWholeDelimiterFirstStands() {
        assertDelimited("\0", 9, "a\0\0bc\0", "a", "", "bc", "whole");
        assertDelimited("--", 9, "a---b--", "a", "-b", "whole");
        assertDelimited("aab", 9, "aaab" + "aaaab" + "aab", "a", "aa", "", "whole");
        assertDelimited("\r\n.\r\n", 20, "mail\r\n\r\n.\r\r\n.\r\n.", "mail\r\n\r\n.\r", "cut off");
    }

    @Test
    void aFrameOfTheGreatestLengthIsReadAndALongerOneRefused() {
        assertDelimited("--", 3, "abc--ab---" + "abcd--", "abc", "ab", "a frame of more than 3 bytes");
        assertDelimited("--", 3, "abc-d", "a frame of more than 3 bytes");
    }

    // ---- lengths ----

    private static void assertLengths(LengthPrefix form, byte[] stream, String... expected) {
        assertFrames(form::decoder, frame -> new String(frame, ISO_8859_1), stream, expected);
    }

    @ParameterizedTest
    @CsvSource({"1, BIG", "1, LITTLE", "2, BIG", "2, LITTLE", "4, BIG", "4, LITTLE", "8, BIG", "8, LITTLE"})
    void lengthsAreReadAsTheyAreWritten(int size, String order) {
        LengthPrefix form = new LengthPrefix(size, order.equals("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 30);
        ByteBuffer stream = ByteBuffer.allocate(200);
        for (String frame : List.of("abc", "", "x".repeat(30), "d")) {
            stream.put(form.of(frame.length())).put(frame.getBytes(ISO_8859_1));
        }
        byte[] bytes = Arrays.copyOf(stream.array(), stream.position());
        assertLengths(form, bytes, "abc", "", "x".repeat(30), "d", "whole");
        assertLengths(form, Arrays.copyOf(bytes, bytes.length - 1), "abc", "", "x".repeat(30), "cut off");
        assertLengths(form, Arrays.copyOf(bytes, size + 3 + size - 1), "abc", size == 1 ? "whole" : "cut off");
    }

    @Test
    void theOrderIsTheOneThatIsSaid() {
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), LengthPrefix.bigEndian(2, 1000).of(0x102));
        assertEquals(ByteBuffer.wrap(new byte[] {2, 1, 0, 0}), LengthPrefix.littleEndian(4, 1000).of(0x102));
        assertEquals(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 0, 1, 2}), LengthPrefix.bigEndian(8, 1000).of(0x102));
    }

    @Test
    void lengthsAreUnsigned() throws ProtocolException {
        byte[] stream = new byte[201];
        stream[0] = (byte) 200;
        assertEquals(200, LengthPrefix.bigEndian(1, 255).decoder().next(ByteBuffer.wrap(stream)).length);
        stream = new byte[2 + 0x8001];
        stream[0] = (byte) 0x80;
        stream[1] = 1;
        assertEquals(0x8001, LengthPrefix.bigEndian(2, 0xffff).decoder().next(ByteBuffer.wrap(stream)).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void aLengthAboveTheLimitIsRefusedBeforeItsBytesCome(int size) {
        for (int sign : new int[] {0x7f, 0x80, 0xff}) {
            byte[] stream = new byte[size];
            stream[0] = (byte) sign;
            assertLengths(LengthPrefix.bigEndian(size, 126), stream, "a frame of more than 126 bytes");
        }
    }

    /** Or eight bytes of a stranger would cost two gigabytes. */
    @Test
    void whatIsAnnouncedTakesNoMemoryBeforeItComes() throws ProtocolException {
        List<FrameDecoder<byte[]>> decoders = new ArrayList<>();
        LengthPrefix form = LengthPrefix.bigEndian(4, Unfinished.MOST);
        for (int i = 0; i < 1000; i++) {
            decoders.add(form.decoder());
            decoders.get(i).next(form.of(Unfinished.MOST)); // two terabytes
            assertTrue(decoders.get(i).isInFrame());
        }
    }

    // ---- back-pressure, and misuse ----

    @Test
    void whoStopsAskingLeavesTheRestInTheBuffer() throws ProtocolException {
        ByteBuffer data = ByteBuffer.wrap("one\ntwo\nthr".getBytes(UTF_8));
        LineDecoder lines = new LineDecoder(9);
        assertEquals("one", lines.next(data));
        assertEquals(7, data.remaining());
        assertThrows(IllegalStateException.class, () -> lines.read(data, line -> {
            throw new IllegalStateException(line);
        }));
        assertEquals(3, data.remaining());
    }

    @Test
    void misuseIsRefusedByItsName() {
        assertRefused("0", () -> new LineDecoder(0));
        assertRefused("-1", () -> new DelimiterDecoder(new byte[] {1}, -1));
        assertRefused("and 100", () -> new DelimiterDecoder(new byte[100], Unfinished.MOST));
        assertRefused("empty", () -> new DelimiterDecoder(new byte[0], 1));
        assertRefused("not 3", () -> LengthPrefix.bigEndian(3, 1));
        assertRefused("cannot say 256", () -> LengthPrefix.bigEndian(1, 256));
        assertRefused("cannot say 65536", () -> LengthPrefix.littleEndian(2, 65536));
        assertRefused("not 0", () -> LengthPrefix.bigEndian(8, 0));
        assertRefused("not 6", () -> LengthPrefix.bigEndian(1, 5).of(6));
    }

    private static void assertRefused(String word, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(word), message);
    }
}
