package dev.anyloop.beanstalk.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

    private static final int LARGEST = 100_000;

    /** One of each, with the odd ones: a body that looks like answers, an empty one, one of all bytes. */
    static List<String> answers() {
        StringBuilder allBytes = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            allBytes.append((char) i);
        }
        return List.of("INSERTED 17", "BURIED 18", "BURIED", "USING a-b/c;d.e$f_(g)+", "USING " + "x".repeat(200),
                "RESERVED 1 5\r\nhello", "RESERVED 999999999999999999 0\r\n", "RESERVED 2 256\r\n" + allBytes,
                "RESERVED 3 21\r\nDELETED\r\nINSERTED 4\r\n", "FOUND 5 2\r\n\r\n", "OK 9\r\n---\n- a\n\n", "WATCHING 3", "KICKED 7",
                "KICKED", "DELETED", "RELEASED", "TOUCHED", "PAUSED", "NOT_FOUND", "NOT_IGNORED", "TIMED_OUT", "DEADLINE_SOON",
                "EXPECTED_CRLF", "JOB_TOO_BIG", "DRAINING", "OUT_OF_MEMORY", "INTERNAL_ERROR", "BAD_FORMAT", "UNKNOWN_COMMAND");
    }

    @Test
    void thereIsASampleOfEachWord() {
        for (Word word : Word.values()) {
            assertTrue(answers().stream().anyMatch(text -> text.split("[ \r]")[0].equals(word.name())), word::name);
        }
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerIsReadWhereverItIsCut(String text) throws GarbledException {
        byte[] bytes = (text + "\r\n").getBytes(ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second += Math.max(1, bytes.length / 40)) {
                Decoder decoder = new Decoder(LARGEST);
                List<Answer> answers = new ArrayList<>();
                feed(decoder, bytes, 0, first, answers);
                feed(decoder, bytes, first, second, answers);
                assertEquals(second == bytes.length ? 1 : 0, answers.size());
                feed(decoder, bytes, second, bytes.length, answers);
                assertEquals(1, answers.size());
                assertIs(text, answers.get(0));
            }
        }
    }

    @Test
    void answersInARowAreReadWhereverTheyAreCut() throws GarbledException {
        byte[] bytes = (String.join("\r\n", answers()) + "\r\n").getBytes(ISO_8859_1);
        Random random = new Random(1);
        for (int run = 0; run < 500; run++) {
            Decoder decoder = new Decoder(LARGEST);
            List<Answer> read = new ArrayList<>();
            int from = 0;
            while (from < bytes.length) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(run % 2 == 0 ? 3 : 300));
                feed(decoder, bytes, from, to, read);
                from = to;
            }
            assertEquals(answers().size(), read.size());
            for (int i = 0; i < read.size(); i++) {
                assertIs(answers().get(i), read.get(i));
            }
        }
    }

    private static void feed(Decoder decoder, byte[] bytes, int from, int to, List<Answer> answers) throws GarbledException {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        for (Answer answer = decoder.next(in); answer != null; answer = decoder.next(in)) {
            answers.add(answer);
        }
        assertEquals(0, in.remaining());
    }

    private static void assertIs(String text, Answer answer) {
        int end = text.indexOf("\r\n");
        String[] line = (end < 0 ? text : text.substring(0, end)).split(" ");
        assertEquals(line[0], answer.word().name());
        if (answer.tube() != null) {
            assertEquals(line[1], answer.tube());
        } else if (line.length == 3 || line.length == 2 && end < 0) {
            assertEquals(Long.parseLong(line[1]), answer.number());
        } else {
            assertEquals(Answer.NO_NUMBER, answer.number());
        }
        if (end < 0) {
            assertNull(answer.body());
        } else {
            assertArrayEquals(text.substring(end + 2).getBytes(ISO_8859_1), answer.body());
        }
    }

    @Test
    void aLargeBodyIsReadInPieces() throws GarbledException {
        byte[] body = new byte[LARGEST];
        new Random(2).nextBytes(body);
        Decoder decoder = new Decoder(LARGEST);
        assertNull(decoder.next(ByteBuffer.wrap(("FOUND 1 " + LARGEST + "\r\n").getBytes(ISO_8859_1))));
        for (int from = 0; from < LARGEST; from += 1000) {
            assertNull(decoder.next(ByteBuffer.wrap(body, from, 1000)));
        }
        assertArrayEquals(body, decoder.next(ByteBuffer.wrap("\r\n".getBytes(ISO_8859_1))).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HELLO\r\n", "\r\n", "inserted 1\r\n", " DELETED\r\n", "DELETED \r\n", "DELETED 1\r\n", "INSERTED\r\n",
        "INSERTED x\r\n", "INSERTED -1\r\n", "INSERTED +1\r\n", "INSERTED 1 2\r\n", "INSERTED  1\r\n", "INSERTED 1999999999999999999\r\n",
        "RESERVED 1\r\n", "RESERVED 1 2 3\r\n", "RESERVED 1 100001\r\n", "OK 999999999999\r\n", "OK\r\n", "DELETED\n", "\n",
        "RESERVED 1 2\r\nabX", "RESERVED 1 2\r\nab\rX", "RESERVED 1 0\r\nX", "USING\r\n", "KICKED 1 2\r\n"})
    void whatIsNoAnswerIsRefused(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Decoder decoder = new Decoder(LARGEST);
            ByteBuffer first = ByteBuffer.wrap(bytes, 0, cut);
            ByteBuffer rest = ByteBuffer.wrap(bytes, cut, bytes.length - cut);
            assertThrows(GarbledException.class, () -> {
                while (decoder.next(first) != null) { }
                while (decoder.next(rest) != null) { }
            });
        }
    }

    @Test
    void aLineWithoutEndIsRefusedAndShownSafely() {
        byte[] bytes = "A\u0007\u00ff".repeat(100).getBytes(ISO_8859_1);
        GarbledException refused =
                assertThrows(GarbledException.class, () -> new Decoder(LARGEST).next(ByteBuffer.wrap(bytes)));
        assertTrue(refused.getMessage().startsWith("a line of more than 224 bytes \"A\\x07\\xffA\\x07"), refused.getMessage());
        assertTrue(refused.getMessage().endsWith("...\""), refused.getMessage());
    }
}
