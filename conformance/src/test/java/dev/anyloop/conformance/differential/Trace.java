package dev.anyloop.conformance.differential;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one end of a connection saw, normalised: chunks, and the order among sockets, are not in it (U1, U2). */
record Trace(Map<Field, String> fields) {

    /** Compared one by one, so that freedom in one costs no strictness in another. */
    enum Field {
        OPENED, RECEIVED, END, ERROR, CLOSE, COMPLETIONS, THROWN,
        /** The grammar, the order of completions, and that what was received is a prefix of what was sent: always compared. */
        BROKEN
    }

    static Trace of(boolean opened, String received, boolean end, @Nullable String error, @Nullable String close,
            Object completions, int thrown, Object broken) {
        Map<Field, String> fields = new EnumMap<>(Field.class);
        fields.put(Field.OPENED, String.valueOf(opened));
        fields.put(Field.RECEIVED, received);
        fields.put(Field.END, String.valueOf(end));
        fields.put(Field.ERROR, String.valueOf(error));
        fields.put(Field.CLOSE, String.valueOf(close));
        fields.put(Field.COMPLETIONS, completions.toString());
        fields.put(Field.THROWN, String.valueOf(thrown));
        fields.put(Field.BROKEN, broken.toString());
        return new Trace(fields);
    }

    String get(Field field) {
        return fields.get(field);
    }
}
