package dev.anyloop.http.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message as they came, in their order: a view of the bytes, of which a text is made when it is asked for. Names are
 * compared without regard to case; values are without the spaces around them, and a byte beyond ASCII is the character of ISO 8859-1
 * with its number (RFC 9110, 5).
 *
 * <p>It is valid until the next message of the connection is read: then every method throws {@link IllegalStateException}.
 * {@link #copy()} what must be kept.
 */
public final class Headers {

    private static final long KEPT = -1; // no message has this number
    private static final Headers NONE = new Headers(new Fields(), 0, 0);

    private final Fields fields;
    private final int from;
    private final int to;
    private @Nullable MessageReader valid;
    private final long message;

    Headers(MessageReader reader, Fields fields, int from, int to, long message) {
        this.valid = reader;
        this.fields = fields;
        this.from = from;
        this.to = to;
        this.message = message;
    }

    private Headers(Fields fields, int from, int to) {
        this.fields = fields;
        this.from = from;
        this.to = to;
        this.message = KEPT;
    }

    /**
     * The same fields, to keep: they stay when the message is over.
     *
     * @return a copy of their bytes
     */
    public Headers copy() {
        check();
        return from == to ? NONE : new Headers(fields.copy(), from, to);
    }

    private void check() {
        if (message != KEPT && (valid == null || valid.message() != message)) {
            valid = null;
            throw new IllegalStateException("these fields are of a message that is over (copy what must be kept)");
        }
    }

    /**
     * How many there are.
     *
     * @return their number, each line counted
     */
    public int size() {
        check();
        return to - from;
    }

    /**
     * The name of one, as it was written.
     *
     * @param index from 0
     * @return its name
     * @throws IndexOutOfBoundsException if there is none
     */
    public String name(int index) {
        return fields.name(at(index));
    }

    /**
     * The value of one.
     *
     * @param index from 0
     * @return its value
     * @throws IndexOutOfBoundsException if there is none
     */
    public String value(int index) {
        return fields.value(at(index));
    }

    private int at(int index) {
        check();
        if (index < 0 || index >= to - from) {
            throw new IndexOutOfBoundsException("field " + index + " of " + (to - from));
        }
        return from + index;
    }

    /**
     * The value of the first with a name.
     *
     * @param name in any case
     * @return its value, or null if there is none
     */
    public @Nullable String get(String name) {
        int field = find(name, from);
        return field < to ? fields.value(field) : null;
    }

    /**
     * The values of all with a name.
     *
     * @param name in any case
     * @return their values in their order, of which the caller may do as it likes
     */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int field = find(name, from); field < to; field = find(name, field + 1)) {
            values.add(fields.value(field));
        }
        return values;
    }

    /**
     * Whether there is one with a name.
     *
     * @param name in any case
     * @return true if there is
     */
    public boolean contains(String name) {
        return find(name, from) < to;
    }

    /**
     * Whether a field that is a list, with commas or on several lines, has an element, such as {@code Connection} has {@code close}.
     *
     * @param name in any case
     * @param element in any case
     * @return true if it has
     */
    public boolean lists(String name, String element) {
        for (int field = find(name, from); field < to; field = find(name, field + 1)) {
            if (fields.lists(field, element)) {
                return true;
            }
        }
        return false;
    }

    private int find(String name, int first) {
        check();
        int field = first;
        while (field < to && !fields.isNamed(field, name)) {
            field++;
        }
        return field;
    }

    /**
     * Tells all names and values.
     *
     * @param action called for each, in their order
     */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(name(i), value(i));
        }
    }

    /** All of them, a line each, for messages. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }
}
