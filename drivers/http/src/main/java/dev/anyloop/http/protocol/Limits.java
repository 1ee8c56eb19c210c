package dev.anyloop.http.protocol;

/**
 * How much of a message is read before it is refused. Immutable; start from {@link #defaults()}.
 *
 * @param startLine bytes of the first line with its end, and of empty lines before it; default 8,192 ({@link Rule#START_LINE_TOO_LONG})
 * @param fieldBytes bytes of all fields, and again of all trailers; default 32,768 ({@link Rule#FIELDS_TOO_LARGE})
 * @param fields their number; default 100 ({@link Rule#TOO_MANY_FIELDS})
 * @param chunkExtensions bytes of all extensions of a body; default 4,096 ({@link Rule#CHUNK_EXTENSIONS_TOO_LARGE})
 * @param body bytes of a body; default 16 MiB ({@link Rule#BODY_TOO_LARGE})
 */
public record Limits(int startLine, int fieldBytes, int fields, int chunkExtensions, long body) {

    private static final int MOST = 1 << 24;
    private static final Limits DEFAULTS = new Limits(8192, 32_768, 100, 4096, 16L << 20);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it
     */
    public Limits {
        check("startLine", startLine, 32);
        check("fieldBytes", fieldBytes, 32);
        check("fields", fields, 1);
        check("chunkExtensions", chunkExtensions, 0);
        if (body < 0) {
            throw new IllegalArgumentException("body < 0: " + body + " (use Long.MAX_VALUE for no limit)");
        }
    }

    private static void check(String name, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(name + ": " + value + " (use " + least + " to " + MOST + ")");
        }
    }

    /**
     * What browsers and proxies keep within, and bodies of up to 16 MiB.
     *
     * @return the default limits
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how long the first line may be.
     *
     * @param bytes 32 to 16,777,216
     * @return the changed limits
     */
    public Limits withStartLine(int bytes) {
        return new Limits(bytes, fieldBytes, fields, chunkExtensions, body);
    }

    /**
     * Sets how much all fields may be.
     *
     * @param bytes 32 to 16,777,216
     * @param number 1 to 16,777,216
     * @return the changed limits
     */
    public Limits withFields(int bytes, int number) {
        return new Limits(startLine, bytes, number, chunkExtensions, body);
    }

    /**
     * Sets how much all chunk extensions of a body may be; nobody reads them.
     *
     * @param bytes 0 to 16,777,216
     * @return the changed limits
     */
    public Limits withChunkExtensions(int bytes) {
        return new Limits(startLine, fieldBytes, fields, bytes, body);
    }

    /**
     * Sets how long a body may be.
     *
     * @param bytes at least 0; {@link Long#MAX_VALUE} for no limit
     * @return the changed limits
     */
    public Limits withBody(long bytes) {
        return new Limits(startLine, fieldBytes, fields, chunkExtensions, bytes);
    }
}
