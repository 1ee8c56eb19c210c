package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * The bytes of a head, and of its trailers, and where in them the fields are. Nothing is made of them before somebody asks. One
 * serves many messages, one after the other, and remembers the head before, since clients say nearly the same in each.
 */
final class Fields {

    private static final int FIRST_BYTES = 1024;
    private static final int FIRST_FIELDS = 16;
    private static final int NUMBERS = 4; // of a field: where its name begins and ends, and its value

    byte[] bytes = new byte[FIRST_BYTES];
    int filled;
    int count;
    private int[] where = new int[FIRST_FIELDS * NUMBERS]; // those of the head before, until others are found
    // of the head, once it was read
    private int head; // how long it is; none if 0
    private int linesFrom;
    private int linesTo;
    private int lines;
    private int same; // of them, from the first on, as before
    // of the head before
    private byte[] before = new byte[FIRST_BYTES];
    private int headBefore; // how long it was; there was none if 0
    private int linesFromBefore;
    private int linesToBefore;
    private int linesBefore;

    Fields copy() {
        Fields copy = new Fields();
        copy.bytes = Arrays.copyOf(bytes, filled);
        copy.filled = filled;
        copy.count = count;
        copy.where = Arrays.copyOf(where, count * NUMBERS);
        return copy;
    }

    /** For the next message. What was not read whole is forgotten. */
    void clear() {
        if (head > 0) {
            byte[] spare = before;
            before = bytes;
            bytes = spare;
            headBefore = head;
            linesFromBefore = linesFrom;
            linesToBefore = linesTo;
            linesBefore = lines;
            head = 0;
        }
        filled = 0;
        count = 0;
    }

    // ---- the head before ----

    /** All that is there so far is a head, and its fields are from here to there. */
    void headRead(int from, int to) {
        head = filled;
        linesFrom = from;
        linesTo = to;
        lines = count;
    }

    /** How many bytes the head before had. */
    int headBefore() {
        return headBefore;
    }

    /** Takes those lines from here on that are the same as before, until one is not; where that one begins. */
    int takeSame(int from, int to) {
        int length = Math.min(to - from, linesToBefore - linesFromBefore);
        int mismatch = Arrays.mismatch(bytes, from, from + length, before, linesFromBefore, linesFromBefore + length);
        int end = linesFromBefore + (mismatch < 0 ? length : mismatch);
        int next = linesToBefore;
        for (same = linesBefore; next > end; next = nameFrom(same)) {
            same--;
        }
        int shift = from - linesFromBefore;
        for (int i = 0; shift != 0 && i < same * NUMBERS; i++) {
            where[i] += shift;
        }
        count = same;
        return next + shift;
    }

    /** Whether the fields of the head are exactly those of the head before. */
    boolean areSame() {
        return headBefore > 0 && same == lines && same == linesBefore;
    }

    // ---- the fields ----

    /** Makes room for so many bytes in all. */
    void ensure(int capacity) {
        if (capacity > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, 2 * bytes.length));
        }
    }

    void add(int nameFrom, int nameTo) {
        if (count * NUMBERS == where.length) {
            where = Arrays.copyOf(where, 2 * where.length);
        }
        where[count * NUMBERS] = nameFrom;
        where[count * NUMBERS + 1] = nameTo;
        count++;
    }

    /** Of the last one. */
    void setValue(int from, int to) {
        where[count * NUMBERS - 2] = from;
        where[count * NUMBERS - 1] = to;
    }

    int nameFrom(int field) {
        return where[field * NUMBERS];
    }

    int nameTo(int field) {
        return where[field * NUMBERS + 1];
    }

    int valueFrom(int field) {
        return where[field * NUMBERS + 2];
    }

    int valueTo(int field) {
        return where[field * NUMBERS + 3];
    }

    String name(int field) {
        return text(nameFrom(field), nameTo(field));
    }

    String value(int field) {
        return text(valueFrom(field), valueTo(field));
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }

    /** Whether it has this name, in whatever case. */
    boolean isNamed(int field, String name) {
        return isText(nameFrom(field), nameTo(field), name);
    }

    boolean isText(int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (lower(bytes[from + i] & 0xff) != lower(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    /** Whether an element of the value, a list with commas, is this one, in whatever case. */
    boolean lists(int field, String element) {
        int from = valueFrom(field);
        while (from <= valueTo(field)) {
            int comma = from;
            while (comma < valueTo(field) && bytes[comma] != ',') {
                comma++;
            }
            if (isText(afterSpaces(from, comma), beforeSpaces(from, comma), element)) {
                return true;
            }
            from = comma + 1;
        }
        return false;
    }

    int afterSpaces(int from, int to) {
        int at = from;
        while (at < to && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    int beforeSpaces(int from, int to) {
        int at = to;
        while (at > from && isSpace(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
