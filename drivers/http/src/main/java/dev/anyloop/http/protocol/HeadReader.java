package dev.anyloop.http.protocol;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Reads first lines and fields. It decides of each byte by those before it alone, so where the input is cut makes no difference.
 * It is as long as a head has parts, each a state with its method.
 *
 * <p>Bytes are copied once, a little at a time, because a view of the input is gone before who answers later has read them.
 */
final class HeadReader {

    private static final int PIECE = 512;
    private static final int LONGEST_METHOD = 32;
    private static final int VERSION_LENGTH = 8;
    private static final int STATUS_DIGITS = 3;

    private enum State { BEGIN, METHOD, TARGET, VERSION, STATUS_VERSION, STATUS, REASON, FIRST_LINE_END, LINE, NAME, SPACES, VALUE, LINE_END, LAST_END, DONE }

    // set once
    private final boolean requests;
    private final Limits limits;
    private final boolean bareLf;
    private final boolean obsFold;
    private final boolean statusWithoutSpace;
    private final Fields fields;
    // where we are
    private State state = State.BEGIN;
    private int at;
    private int mark; // where the part in progress begins
    private int most; // of bytes, up to here
    private int limit; // up to where we may look: the end of what is there, or that
    private int fieldsFrom;
    private int first; // of the fields: those before it are not of this part
    // of the first line
    int methodFrom;
    int methodTo; // and the target begins one further
    int targetTo; // and the version
    int minor;
    int status;
    int reasonFrom;
    int reasonTo;

    HeadReader(boolean requests, Limits limits, Set<Leniency> leniencies, Fields fields) {
        this.requests = requests;
        this.limits = limits;
        this.fields = fields;
        bareLf = leniencies.contains(Leniency.BARE_LF);
        obsFold = leniencies.contains(Leniency.OBS_FOLD);
        statusWithoutSpace = leniencies.contains(Leniency.STATUS_WITHOUT_SPACE);
        begin();
    }

    /** A message. */
    void begin() {
        fields.clear();
        at = 0;
        mark = 0;
        first = 0;
        methodFrom = 0;
        methodTo = 0;
        most = limits.startLine();
        limit = 0;
        state = State.BEGIN;
    }

    /** The fields after a body. */
    void beginTrailers() {
        first = fields.count;
        at = fields.filled;
        beginFields();
    }

    private void beginFields() {
        most = at + limits.fieldBytes();
        limit = Math.min(fields.filled, most);
        state = State.LINE;
    }

    /** Whether something of it is there already: empty lines are not (RFC 9112, 2.2). */
    boolean hasBegun() {
        return state != State.BEGIN || at > 0 && fields.bytes[at - 1] == '\r';
    }

    /** Reads on; true if it is there as a whole, and the rest of the input is left alone. */
    boolean read(ByteBuffer in) throws MalformedException {
        while (state != State.DONE) {
            if (at == limit && !fill(in)) {
                return false;
            }
            step();
        }
        in.position(in.position() - (fields.filled - at));
        fields.filled = at;
        return true;
    }

    /** Where the first field begins. */
    int fieldsFrom() {
        return fieldsFrom;
    }

    /** Where the empty line after the last field begins, if it was read. */
    int fieldsTo() {
        return mark;
    }

    private boolean fill(ByteBuffer in) throws MalformedException {
        if (at == fields.filled && !in.hasRemaining()) {
            return false;
        }
        if (at == most) {
            throw refusal(isInFirstLine() ? Rule.START_LINE_TOO_LONG : Rule.FIELDS_TOO_LARGE, at);
        }
        int count = Math.min(in.remaining(), Math.max(PIECE, fields.headBefore()));
        fields.ensure(fields.filled + count);
        in.get(fields.bytes, fields.filled, count);
        fields.filled += count;
        limit = Math.min(fields.filled, most);
        return true;
    }

    /** Where it ends, without its end. */
    int firstLineTo() {
        return requests ? targetTo + 1 + VERSION_LENGTH : reasonTo;
    }

    private boolean isInFirstLine() {
        return state.compareTo(State.LINE) < 0;
    }

    private void step() throws MalformedException {
        switch (state) {
            case BEGIN -> begin(fields.bytes[at]);
            case METHOD -> method();
            case TARGET -> target();
            case VERSION -> version();
            case STATUS_VERSION -> statusVersion();
            case STATUS -> status();
            case REASON -> reason();
            case FIRST_LINE_END -> firstLineEnd();
            case LINE -> line(fields.bytes[at]);
            case NAME -> name();
            case SPACES -> spaces();
            case VALUE -> value();
            case LINE_END -> lineFeed(State.LINE);
            case LAST_END -> lineFeed(State.DONE);
            default -> throw new AssertionError(state);
        }
    }

    private MalformedException refusal(Rule rule, int upTo) {
        return new MalformedException(rule, fields.bytes, Math.min(mark, upTo), upTo);
    }

    /** Shows the byte we are at, too. */
    private MalformedException refusal(Rule rule) {
        return refusal(rule, at + 1);
    }

    // ---- the first line ----

    /** Empty lines before a request are read over (RFC 9112, 2.2): some clients end a body with one more than there is. */
    private void begin(byte next) throws MalformedException {
        if (!requests) {
            state = State.STATUS_VERSION;
        } else if (at > 0 && fields.bytes[at - 1] == '\r') {
            if (next != '\n') {
                throw refusal(Rule.BARE_CR);
            }
            at++;
        } else if (next == '\n') {
            if (!bareLf) {
                throw refusal(Rule.BARE_LF);
            }
            at++;
        } else if (next == '\r') {
            at++;
        } else {
            mark = at;
            methodFrom = at;
            methodTo = at;
            state = State.METHOD;
            wholeRequestLine();
        }
    }

    /** If it is there as a whole and looks as nearly all do: at once, for speed. All else, and the same if it is cut, is for the states. */
    private void wholeRequestLine() throws MalformedException {
        byte[] bytes = fields.bytes;
        int method = Octets.skip(Octets.TOKEN, bytes, at, Math.min(limit, at + LONGEST_METHOD));
        int target = method + 1;
        if (method == at || target >= limit || bytes[method] != ' ') {
            return;
        }
        int version = Octets.skip(Octets.TARGET, bytes, target, limit) + 1;
        int end = version + VERSION_LENGTH;
        if (version == target + 1 || end + 1 >= limit || bytes[version - 1] != ' ' || !Octets.isHttp11(bytes, version) || bytes[end] != '\r') {
            return;
        }
        methodTo = method;
        targetTo = version - 1;
        minor = 1;
        at = end;
        Targets.check(this, fields);
        lineEnd(State.FIRST_LINE_END);
    }

    private void method() throws MalformedException {
        at = Octets.skip(Octets.TOKEN, fields.bytes, at, Math.min(limit, methodFrom + LONGEST_METHOD + 1));
        if (at - methodFrom > LONGEST_METHOD) {
            throw refusal(Rule.METHOD_TOO_LONG, at);
        }
        if (at == limit) {
            return;
        }
        if (fields.bytes[at] != ' ' || at == methodFrom) {
            throw refusal(isLineEnd(fields.bytes[at]) ? Rule.REQUEST_LINE : Rule.METHOD);
        }
        methodTo = at++;
        state = State.TARGET;
    }

    private static boolean isLineEnd(byte b) {
        return b == '\r' || b == '\n';
    }

    private void target() throws MalformedException {
        at = Octets.skip(Octets.TARGET, fields.bytes, at, limit);
        if (at == limit) {
            return;
        }
        byte next = fields.bytes[at];
        if (isLineEnd(next) || next == ' ' && at == methodTo + 1) { // as in HTTP/0.9, or two spaces
            throw refusal(Rule.REQUEST_LINE);
        } else if (next != ' ') {
            throw refusal(Rule.TARGET);
        }
        targetTo = at++;
        state = State.VERSION;
    }

    private void version() throws MalformedException {
        int longest = Math.min(limit, targetTo + 1 + VERSION_LENGTH);
        while (at < longest && fields.bytes[at] > ' ') {
            at++;
        }
        if (at == limit) {
            return;
        }
        if (fields.bytes[at] == ' ') { // a second one, or one at the end
            throw refusal(Rule.REQUEST_LINE);
        }
        if (isLineEnd(fields.bytes[at])) {
            version(targetTo + 1);
            Targets.check(this, fields);
            lineEnd(State.FIRST_LINE_END);
        } else if (at == targetTo + 1 + VERSION_LENGTH) {
            throw refusal(Rule.VERSION);
        } else {
            at++;
        }
    }

    /** From here to where we are. A minor version beyond ours is read as ours (RFC 9110, 2.5). */
    private void version(int from) throws MalformedException {
        byte[] bytes = fields.bytes;
        boolean named = at - from >= "HTTP/".length() + 1 && Methods.isExactly(bytes, from, from + "HTTP/".length(), "HTTP/");
        if (!named || !Octets.is(Octets.DIGIT, bytes[from + 5])) {
            throw refusal(Rule.VERSION);
        }
        boolean whole = at - from == VERSION_LENGTH && bytes[from + 6] == '.' && Octets.is(Octets.DIGIT, bytes[from + 7]);
        boolean single = at - from == VERSION_LENGTH - 2 && bytes[from + 5] >= '2'; // as HTTP/2 and HTTP/3 are called
        if (!whole && !single || bytes[from + 5] == '0') {
            throw refusal(Rule.VERSION);
        }
        if (bytes[from + 5] != '1') {
            throw refusal(Rule.VERSION_UNKNOWN);
        }
        minor = bytes[from + 7] == '0' ? 0 : 1;
    }

    private void statusVersion() throws MalformedException {
        if (fields.bytes[at] == ' ') {
            version(mark);
            at++;
            mark = at;
            state = State.STATUS;
        } else if (at - mark == VERSION_LENGTH || isLineEnd(fields.bytes[at])) {
            throw refusal(Rule.STATUS_LINE);
        } else {
            at++;
        }
    }

    private void status() throws MalformedException {
        byte next = fields.bytes[at];
        int digits = at - mark;
        if (digits < STATUS_DIGITS) {
            if (!Octets.is(Octets.DIGIT, next) || digits == 0 && (next < '1' || next > '5')) {
                throw refusal(Rule.STATUS_LINE);
            }
            status = digits == 0 ? next - '0' : 10 * status + next - '0';
            at++;
            return;
        }
        boolean ends = isLineEnd(next) && statusWithoutSpace;
        if (next != ' ' && !ends) {
            throw refusal(Rule.STATUS_LINE);
        }
        at += ends ? 0 : 1;
        reasonFrom = at;
        state = State.REASON;
    }

    private void reason() throws MalformedException {
        at = Octets.skipValue(fields.bytes, at, limit);
        if (at < limit) {
            if (!isLineEnd(fields.bytes[at])) {
                throw refusal(Rule.STATUS_LINE);
            }
            reasonTo = at;
            lineEnd(State.FIRST_LINE_END);
        }
    }

    private void firstLineEnd() throws MalformedException {
        lineFeed(State.LINE);
        beginFields();
        fieldsFrom = at;
        at = fields.takeSame(at, limit);
    }

    // ---- lines ----

    /** At a CR, or at an LF without one. */
    private void lineEnd(State then) throws MalformedException {
        if (fields.bytes[at] == '\r') {
            at++;
        } else if (!bareLf) {
            throw refusal(Rule.BARE_LF);
        }
        state = then;
    }

    private void lineFeed(State then) throws MalformedException {
        if (fields.bytes[at] != '\n') {
            throw refusal(Rule.BARE_CR);
        }
        at++;
        state = then;
    }

    // ---- fields ----

    private void line(byte next) throws MalformedException {
        if (isLineEnd(next)) {
            mark = at;
            lineEnd(State.LAST_END);
        } else if (Fields.isSpace(next)) {
            goOn();
        } else {
            mark = at;
            if (fields.count - first == limits.fields()) {
                throw refusal(Rule.TOO_MANY_FIELDS);
            }
            state = State.NAME;
            wholeLines();
        }
    }

    /**
     * Those that are there as a whole and look as nearly all do, one space after the colon and none at the end: in a loop, for speed. All
     * else, and the same if it is cut, is for the states.
     */
    private void wholeLines() {
        byte[] bytes = fields.bytes;
        int from = at;
        int most = first + limits.fields();
        while (fields.count < most) {
            int colon = Octets.skip(Octets.TOKEN, bytes, from, limit);
            int value = colon + 2;
            if (colon == from || value >= limit || bytes[colon] != ':' || bytes[colon + 1] != ' ' || bytes[value] <= ' ') {
                break;
            }
            int end = Octets.skipValue(bytes, value, limit);
            if (end + 1 >= limit || bytes[end] != '\r' || bytes[end + 1] != '\n' || bytes[end - 1] <= ' ') {
                break;
            }
            fields.add(from, colon);
            fields.setValue(value, end);
            from = end + 2;
            state = State.LINE;
        }
        at = from;
        mark = from;
    }

    /** The last field does, in this line. */
    private void goOn() throws MalformedException {
        if (fields.count == first) {
            throw refusal(Rule.SPACE_BEFORE_FIELDS);
        }
        if (!obsFold) {
            throw refusal(Rule.OBS_FOLD);
        }
        for (int i = at - 1; isLineEnd(fields.bytes[i]); i--) {
            fields.bytes[i] = ' ';
        }
        int value = fields.valueFrom(fields.count - 1);
        mark = value == fields.valueTo(fields.count - 1) ? at : value; // an empty one begins here
        state = mark == at ? State.SPACES : State.VALUE;
    }

    private void name() throws MalformedException {
        at = Octets.skip(Octets.TOKEN, fields.bytes, at, limit);
        if (at == limit) {
            return;
        }
        byte next = fields.bytes[at];
        if (next != ':' || at == mark) {
            throw refusal(isLineEnd(next) ? Rule.FIELD_WITHOUT_COLON : Fields.isSpace(next) ? Rule.SPACE_BEFORE_COLON : Rule.FIELD_NAME);
        }
        fields.add(mark, at++);
        state = State.SPACES;
    }

    private void spaces() {
        at = fields.afterSpaces(at, limit);
        mark = at;
        if (at < limit) {
            state = State.VALUE;
        }
    }

    private void value() throws MalformedException {
        at = Octets.skipValue(fields.bytes, at, limit);
        if (at == limit) {
            return;
        }
        if (!isLineEnd(fields.bytes[at])) {
            throw refusal(Rule.FIELD_VALUE);
        }
        fields.setValue(mark, fields.beforeSpaces(mark, at));
        lineEnd(State.LINE_END);
    }
}
