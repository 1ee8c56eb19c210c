package dev.anyloop.beanstalk.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes answers of bytes, wherever those are cut. An answer says itself how long it is, so it needs to know of no command. */
final class Decoder {

    /** The longest one has a tube of 200 bytes. */
    private static final int LONGEST_LINE = 224;
    private static final int FIRST_PIECE = 8192;
    private static final byte[] NOTHING = {};

    // set once
    private final int longestBody;
    // of the line
    private final byte[] line = new byte[LONGEST_LINE];
    private int lineLength;
    // of the body that follows, if there is one
    private @Nullable Word head;
    private long number;
    private int bodyLength; // without its CR and LF
    private byte[] body = NOTHING; // grows as it comes, for what was announced may never come
    private int received; // of the body and its CR and LF

    Decoder(int longestBody) {
        this.longestBody = longestBody;
    }

    /**
     * Takes one answer out of what was received.
     *
     * @param in consumed up to the end of the answer, or all of it
     * @return null if it is not there as a whole; what there is of it is kept
     */
    @Nullable Answer next(ByteBuffer in) throws GarbledException {
        if (head == null) {
            if (!readLine(in)) {
                return null;
            }
            Answer answer = parse(new String(line, 0, lineLength - 2, ISO_8859_1));
            lineLength = 0;
            if (answer != null) {
                return answer;
            }
        }
        return readBody(in) ? finish() : null;
    }

    // ---- the line ----

    private boolean readLine(ByteBuffer in) throws GarbledException {
        while (in.hasRemaining()) {
            if (lineLength == LONGEST_LINE) {
                throw new GarbledException("a line of more than " + LONGEST_LINE + " bytes", soFar());
            }
            byte next = in.get();
            line[lineLength++] = next;
            if (next == '\n') {
                if (lineLength < 2 || line[lineLength - 2] != '\r') {
                    throw new GarbledException("a line that ends in LF without CR", soFar());
                }
                return true;
            }
        }
        return false;
    }

    private String soFar() {
        return new String(line, 0, lineLength, ISO_8859_1);
    }

    /** Null if a body follows. */
    private @Nullable Answer parse(String text) throws GarbledException {
        String[] parts = text.split(" ", -1);
        Word word = Word.of(parts[0]);
        if (parts.length - 1 != arguments(word, parts.length - 1)) {
            throw new GarbledException("an answer with too little or too much", text);
        }
        switch (word.shape()) {
            case TUBE:
                return new Answer(word, Answer.NO_NUMBER, parts[1], null);
            case BODY:
                begin(word, Answer.NO_NUMBER, number(parts[1], text), text);
                return null;
            case JOB:
                begin(word, number(parts[1], text), number(parts[2], text), text);
                return null;
            default:
                return new Answer(word, parts.length == 1 ? Answer.NO_NUMBER : number(parts[1], text), null, null);
        }
    }

    private static int arguments(Word word, int given) {
        return switch (word.shape()) {
            case ALONE -> 0;
            case MAYBE_NUMBER -> Math.min(given, 1);
            case NUMBER, TUBE, BODY -> 1;
            case JOB -> 2;
        };
    }

    private static long number(String digits, String text) throws GarbledException {
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new GarbledException("an answer with what is no number", text);
        }
        return Long.parseLong(digits);
    }

    // ---- the body ----

    private void begin(Word word, long id, long length, String text) throws GarbledException {
        if (length > longestBody) {
            throw new GarbledException("an answer of more than " + longestBody + " bytes", text);
        }
        head = word;
        number = id;
        bodyLength = (int) length;
        body = new byte[Math.min(bodyLength, FIRST_PIECE)];
        received = 0;
    }

    private boolean readBody(ByteBuffer in) throws GarbledException {
        while (received < bodyLength && in.hasRemaining()) {
            if (received == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(bodyLength, 2L * body.length));
            }
            int count = Math.min(in.remaining(), body.length - received);
            in.get(body, received, count);
            received += count;
        }
        while (received >= bodyLength && received < bodyLength + 2 && in.hasRemaining()) {
            byte next = in.get();
            if (next != (received == bodyLength ? '\r' : '\n')) {
                throw new GarbledException("a body of " + bodyLength + " bytes that ends in", String.valueOf((char) (next & 0xff)));
            }
            received++;
        }
        return received == bodyLength + 2;
    }

    private Answer finish() {
        Answer answer = new Answer(head, number, null, body);
        head = null;
        body = NOTHING;
        return answer;
    }
}
