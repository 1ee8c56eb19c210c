package dev.anyloop.http.protocol;

import java.nio.ByteBuffer;

/** Reads what stands between the bytes of a chunked body (RFC 9112, 7.1). No leniency: a body read in two ways is two requests. */
final class ChunkReader {

    private static final int MOST_DIGITS = 16;

    private enum State {
        SIZE, SPACES, NAME_BEGIN, NAME, NAME_SPACES, VALUE_BEGIN, VALUE, QUOTED, QUOTED_PAIR, VALUE_END, SIZE_END, DATA_END, DATA_END_LF
    }

    private final Limits limits;
    private final byte[] line = new byte[MOST_DIGITS + 1]; // its beginning, for messages
    private int lineLength;
    private State state = State.SIZE;
    private int digits;
    private long size;
    private int extensions; // bytes of all
    private boolean spaced; // the byte before was a space after a name or value

    ChunkReader(Limits limits) {
        this.limits = limits;
    }

    void begin() {
        extensions = 0;
        beginLine();
    }

    private void beginLine() {
        state = State.SIZE;
        digits = 0;
        size = 0;
        spaced = false;
        lineLength = 0;
    }

    /** The bytes of the chunk have been read. */
    void dataRead() {
        state = State.DATA_END;
        lineLength = 0;
    }

    /** Reads up to the bytes of the next chunk; its size, 0 if it is the last, or -1 if the line is not there as a whole. */
    long read(ByteBuffer in) throws MalformedException {
        while (in.hasRemaining()) {
            byte next = in.get();
            if (lineLength < line.length) {
                line[lineLength++] = next;
            }
            if (take(next)) {
                long read = size;
                beginLine();
                return read;
            }
        }
        return -1;
    }

    /** True at the end of the line with the size. */
    private boolean take(byte next) throws MalformedException {
        switch (state) {
            case SIZE -> size(next);
            case SPACES -> spaces(next);
            case NAME_BEGIN -> begin(next, State.NAME);
            case NAME, NAME_SPACES -> name(next);
            case VALUE_BEGIN -> begin(next, State.VALUE);
            case VALUE, VALUE_END -> value(next);
            case QUOTED, QUOTED_PAIR -> quoted(next);
            case DATA_END -> {
                require(next == '\r', Rule.CHUNK_END);
                state = State.DATA_END_LF;
            }
            case DATA_END_LF -> {
                require(next == '\n', Rule.CHUNK_END);
                beginLine();
            }
            case SIZE_END -> {
                require(next == '\n', Rule.BARE_CR);
                return true;
            }
        }
        return false;
    }

    private void size(byte next) throws MalformedException {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            require(++digits <= MOST_DIGITS && size <= Long.MAX_VALUE >> 4, Rule.CHUNK_SIZE);
            size = size << 4 | digit;
        } else {
            require(digits > 0, Rule.CHUNK_SIZE);
            require(next != '\n', Rule.BARE_LF);
            afterSize(next);
        }
    }

    private void afterSize(byte next) throws MalformedException {
        if (next == '\r') {
            state = State.SIZE_END;
        } else if (next == ';' || Fields.isSpace(next)) {
            count();
            state = next == ';' ? State.NAME_BEGIN : State.SPACES;
        } else {
            throw refusal(Rule.CHUNK_SIZE);
        }
    }

    /** After the size; only an extension may follow. */
    private void spaces(byte next) throws MalformedException {
        require(next == ';' || Fields.isSpace(next), Rule.CHUNK_SIZE);
        count();
        state = next == ';' ? State.NAME_BEGIN : State.SPACES;
    }

    // ---- extensions: nobody reads them, and two who read past them in different ways would be smuggled past ----

    /** Of a name or a value, maybe after spaces. */
    private void begin(byte next, State then) throws MalformedException {
        boolean quotes = then == State.VALUE && next == '"';
        require(quotes || Fields.isSpace(next) || Octets.is(Octets.TOKEN, next), Rule.CHUNK_EXTENSION);
        count();
        state = quotes ? State.QUOTED : Fields.isSpace(next) ? state : then;
    }

    private void name(byte next) throws MalformedException {
        if (next == '=') {
            count();
            state = State.VALUE_BEGIN;
        } else {
            token(next, State.NAME, State.NAME_SPACES);
        }
    }

    private void value(byte next) throws MalformedException {
        token(next, State.VALUE, State.VALUE_END);
    }

    private void token(byte next, State token, State after) throws MalformedException {
        if (state == token && Octets.is(Octets.TOKEN, next)) {
            count();
        } else if (Fields.isSpace(next)) {
            count();
            state = after;
            spaced = true;
        } else {
            extensionEnd(next);
        }
    }

    private void quoted(byte next) throws MalformedException {
        require(next != '\n', Rule.BARE_LF);
        require(Octets.is(Octets.VALUE, next), Rule.CHUNK_EXTENSION);
        count();
        state = state == State.QUOTED_PAIR ? State.QUOTED : next == '\\' ? State.QUOTED_PAIR : next == '"' ? State.VALUE_END : State.QUOTED;
    }

    /** Spaces come before what follows, never last. */
    private void extensionEnd(byte next) throws MalformedException {
        require(next != '\n', Rule.BARE_LF);
        require(next == ';' || next == '\r' && !spaced, Rule.CHUNK_EXTENSION);
        if (next == ';') {
            count();
        }
        spaced = false;
        state = next == ';' ? State.NAME_BEGIN : State.SIZE_END;
    }

    private void count() throws MalformedException {
        require(++extensions <= limits.chunkExtensions(), Rule.CHUNK_EXTENSIONS_TOO_LARGE);
    }

    private void require(boolean holds, Rule rule) throws MalformedException {
        if (!holds) {
            throw refusal(rule);
        }
    }

    private MalformedException refusal(Rule rule) {
        return new MalformedException(rule, line, 0, lineLength);
    }
}
