package dev.anyloop.http.protocol;

import java.util.Locale;
import java.util.Set;

/** How long a message is and what comes after it, by the fields that have a say in that (RFC 9112, 6 and 9.3). */
final class Framing {

    /** There is no length. */
    static final long NONE = -1;

    // set once
    private final boolean requests;
    private final boolean equalLengths;
    private final Fields fields;
    // of a message
    private int hosts;
    private int encodings;
    private int encoding; // the last
    private int expectation; // the first that cannot be met, else the last
    private boolean close;
    private boolean keepAlive;
    long length;
    boolean chunked;
    boolean persistent;
    boolean expectsContinue;

    Framing(boolean requests, Set<Leniency> leniencies, Fields fields) {
        this.requests = requests;
        equalLengths = leniencies.contains(Leniency.EQUAL_CONTENT_LENGTHS);
        this.fields = fields;
    }

    void readRequest(int minor) throws MalformedException {
        look();
        if (hosts == 0 && minor > 0) {
            throw new MalformedException(Rule.HOST_MISSING, fields.bytes, 0, fields.filled);
        }
        encode(minor);
        if (expectation >= 0 && minor > 0) {
            if (!canBeMet(expectation)) {
                throw refusal(Rule.EXPECTATION, expectation);
            }
            expectsContinue = chunked || length > 0;
        }
        persistent = minor > 0 ? !close : keepAlive && !close;
    }

    /** Of an answer; whether it has a body is for others to know, who know the request. */
    void readAnswer(int minor) throws MalformedException {
        look();
        encode(minor);
        persistent = minor > 0 ? !close : keepAlive && !close;
    }

    /** What has been found in the same fields before is so still. */
    private void look() throws MalformedException {
        chunked = false;
        expectsContinue = false;
        if (fields.areSame()) {
            return;
        }
        hosts = 0;
        encodings = 0;
        expectation = -1;
        close = false;
        keepAlive = false;
        length = NONE;
        for (int i = 0; i < fields.count; i++) {
            look(i);
        }
    }

    /** By the length of its name first: most fields are none of these. */
    private void look(int field) throws MalformedException {
        switch (fields.nameTo(field) - fields.nameFrom(field)) {
            case 4 -> host(field);
            case 6 -> expectation(field);
            case 10 -> connection(field);
            case 14 -> length(field);
            case 17 -> {
                if (fields.isNamed(field, "transfer-encoding")) {
                    encodings++;
                    encoding = field;
                }
            }
            default -> { }
        }
    }

    private void host(int field) throws MalformedException {
        if (!requests || !fields.isNamed(field, "host")) { // in an answer it means nothing
            return;
        }
        if (++hosts > 1) {
            throw refusal(Rule.HOST_TWICE, field);
        }
        if (!Targets.isHost(fields.bytes, fields.valueFrom(field), fields.valueTo(field))) {
            throw refusal(Rule.HOST, field);
        }
    }

    private void expectation(int field) {
        if (fields.isNamed(field, "expect") && (expectation < 0 || canBeMet(expectation))) {
            expectation = field;
        }
    }

    private boolean canBeMet(int field) {
        return is(field, "100-continue");
    }

    private void connection(int field) {
        if (fields.isNamed(field, "connection")) {
            close |= fields.lists(field, "close");
            keepAlive |= fields.lists(field, "keep-alive");
        }
    }

    // ---- the length ----

    private void length(int field) throws MalformedException {
        if (!fields.isNamed(field, "content-length")) {
            return;
        }
        int from = fields.valueFrom(field);
        int end = fields.valueTo(field);
        do {
            int comma = from;
            while (comma < end && (!equalLengths || fields.bytes[comma] != ',')) {
                comma++;
            }
            add(number(fields.afterSpaces(from, comma), fields.beforeSpaces(from, comma), field), field);
            from = comma + 1;
        } while (from <= end);
    }

    private void add(long number, int field) throws MalformedException {
        if (length != NONE && (!equalLengths || length != number)) {
            throw refusal(Rule.CONTENT_LENGTH_TWICE, field);
        }
        length = number;
    }

    private long number(int from, int to, int field) throws MalformedException {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = fields.bytes[i] - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                throw refusal(Rule.CONTENT_LENGTH, field);
            }
            number = 10 * number + digit;
        }
        boolean readAsOctal = to - from > 1 && fields.bytes[from] == '0'; // by some
        if (from >= to || readAsOctal) {
            throw refusal(Rule.CONTENT_LENGTH, field);
        }
        return number;
    }

    // ---- the transfer coding ----

    private void encode(int minor) throws MalformedException {
        if (encodings == 0) {
            return;
        }
        if (length != NONE) {
            throw refusal(Rule.LENGTH_AND_ENCODING, encoding);
        }
        if (minor == 0) {
            throw refusal(Rule.ENCODING_IN_1_0, encoding);
        }
        if (encodings > 1 || !is(encoding, "chunked")) {
            throw refusal(isUnknownThenChunked() ? Rule.TRANSFER_ENCODING_UNKNOWN : Rule.TRANSFER_ENCODING, encoding);
        }
        chunked = true;
    }

    /** As in {@code gzip, chunked}: the length is clear, what is in it is not. */
    private boolean isUnknownThenChunked() {
        String value = fields.value(encoding).toLowerCase(Locale.ROOT);
        int comma = value.lastIndexOf(',');
        return encodings == 1 && comma >= 0 && value.substring(comma + 1).strip().equals("chunked") && !value.substring(0, comma).contains("chunked");
    }

    private boolean is(int field, String value) {
        return fields.isText(fields.valueFrom(field), fields.valueTo(field), value);
    }

    private MalformedException refusal(Rule rule, int field) {
        return new MalformedException(rule, fields.bytes, fields.nameFrom(field), fields.valueTo(field));
    }

    // ---- trailers ----

    /** Those from here on. */
    void checkTrailers(int from) throws MalformedException {
        for (int i = from; i < fields.count; i++) {
            if (fields.isNamed(i, "content-length") || fields.isNamed(i, "transfer-encoding") || fields.isNamed(i, "host")) {
                throw refusal(Rule.TRAILER, i);
            }
        }
    }
}
