package dev.anyloop.http.protocol;

/** What a message is refused for. The name is the rule's id, which never changes its meaning. */
public enum Rule {

    // ---- the first line ----

    /** A method is a token. */
    METHOD(400, "9112 3.1", "a method that is no token"),
    /** No method is that long. */
    METHOD_TOO_LONG(501, "9112 3", "a method longer than any"),
    /** A request line is a method, a target and a version, with one space between. */
    REQUEST_LINE(400, "9112 3", "no request line"),
    /** A target has no space, control or byte beyond ASCII, and no fragment. */
    TARGET(400, "9112 3.2", "a target with a byte that belongs in none"),
    /** A target is a path, an absolute URI, host and port of a CONNECT, or the asterisk of an OPTIONS. */
    TARGET_FORM(400, "9112 3.2", "a target in none of its forms"),
    /** The first line keeps within its limit. */
    START_LINE_TOO_LONG(414, "9112 3", "a first line that is too long"),
    /** A version is {@code HTTP/}, a digit, a dot and a digit. */
    VERSION(400, "9112 2.3", "no version"),
    /** The major version is 1. */
    VERSION_UNKNOWN(505, "9110 15.6.6", "a version that is not spoken here"),
    /** A status line is a version, three digits, the first of them 1 to 5, and a reason, with one space between. */
    STATUS_LINE(502, "9112 4", "no status line"),

    // ---- lines ----

    /** A CR is followed by an LF. */
    BARE_CR(400, "9112 2.2", "a CR without LF"),
    /** An LF follows a CR; see {@link Leniency#BARE_LF}. */
    BARE_LF(400, "9112 2.2", "an LF without CR"),
    /** A field is on one line; see {@link Leniency#OBS_FOLD}. */
    OBS_FOLD(400, "9112 5.2", "a field that goes on in the next line"),
    /** The first field begins at the beginning of its line. */
    SPACE_BEFORE_FIELDS(400, "9112 2.2", "a space before the first field"),

    // ---- fields ----

    /** A field's name is a token. */
    FIELD_NAME(400, "9110 5.1", "a field whose name is no token"),
    /** A field has a colon. */
    FIELD_WITHOUT_COLON(400, "9112 5", "a field without colon"),
    /** The colon follows the name at once. */
    SPACE_BEFORE_COLON(400, "9112 5.1", "a space before the colon"),
    /** A value has no control but TAB, and no NUL. */
    FIELD_VALUE(400, "9110 5.5", "a value with a control"),
    /** All fields keep within their limit. */
    FIELDS_TOO_LARGE(431, "6585 5", "fields of too many bytes"),
    /** There are no more fields than the limit allows. */
    TOO_MANY_FIELDS(431, "6585 5", "too many fields"),

    // ---- fields with a meaning ----

    /** A request of HTTP/1.1 has a Host. */
    HOST_MISSING(400, "9112 3.2", "no Host"),
    /** It has one only. */
    HOST_TWICE(400, "9112 3.2", "two Hosts"),
    /** It is a host, with a port or without one; no list, and not empty. */
    HOST(400, "9112 3.2", "a Host that is none"),
    /** A length is a number of digits, below 2^63, without leading zeros, which some read as octal. */
    CONTENT_LENGTH(400, "9112 6.3", "a Content-Length that is no number"),
    /** There is one length only; see {@link Leniency#EQUAL_CONTENT_LENGTHS}. */
    CONTENT_LENGTH_TWICE(400, "9112 6.3", "two Content-Lengths"),
    /** A body has a length, or a transfer coding. */
    LENGTH_AND_ENCODING(400, "9112 6.1", "both Content-Length and Transfer-Encoding"),
    /** HTTP/1.0 has no transfer codings. */
    ENCODING_IN_1_0(400, "9112 6.1", "Transfer-Encoding in HTTP/1.0"),
    /** The last transfer coding is {@code chunked}, and it comes once. */
    TRANSFER_ENCODING(400, "9112 6.3", "a Transfer-Encoding that leaves the length open"),
    /** No transfer coding but {@code chunked} is known. */
    TRANSFER_ENCODING_UNKNOWN(501, "9112 6.1", "a Transfer-Encoding that is not known here"),
    /** Nothing but {@code 100-continue} can be expected. */
    EXPECTATION(417, "9110 10.1.1", "an expectation that cannot be met"),

    // ---- the body ----

    /** A body keeps within its limit. */
    BODY_TOO_LARGE(413, "9110 15.5.14", "a body that is too large"),
    /** A chunk's size is 1 to 16 hexadecimal digits, below 2^63. */
    CHUNK_SIZE(400, "9112 7.1", "a chunk's size that is no number"),
    /** An extension is a semicolon and a name, and maybe an equals sign and a token or a text in quotes. */
    CHUNK_EXTENSION(400, "9112 7.1.1", "a chunk's extension that is none"),
    /** All extensions of a body keep within their limit. */
    CHUNK_EXTENSIONS_TOO_LARGE(400, "9112 7.1.1", "chunk extensions of too many bytes"),
    /** A chunk ends where its size says, with CR and LF. */
    CHUNK_END(400, "9112 7.1", "a chunk longer than its size"),
    /** A trailer says nothing about the length or the host, which would come too late. */
    TRAILER(400, "9110 6.5.1", "a field that cannot be a trailer"),
    /** A message is there as a whole before the connection ends. */
    TRUNCATED(400, "9112 8", "the end of the connection inside a message");

    private final int status;
    private final String section;
    private final String words;

    Rule(int status, String section, String words) {
        this.status = status;
        this.section = section;
        this.words = words;
    }

    /** What a server answers to a request that breaks it; of answers, what a gateway would tell, or the same. */
    public int status() {
        return status;
    }

    /** Where it is written, for example {@code RFC 9112, 2.2}. */
    public String section() {
        return "RFC " + section.replace(" ", ", ");
    }

    /** What was found instead, in words. */
    public String words() {
        return words;
    }
}
