package dev.anyloop.core.description;

import org.jspecify.annotations.Nullable;

/** Writes an object of JSON (RFC 8259), field by field. What is null is left out. */
final class Json {

    private final StringBuilder text = new StringBuilder("{");

    Json put(String key, @Nullable String value) {
        if (value != null) {
            quote(key(key), value);
        }
        return this;
    }

    Json put(String key, long value) {
        key(key).append(value);
        return this;
    }

    /** Finite. */
    Json put(String key, double value) {
        key(key).append(value);
        return this;
    }

    Json put(String key, boolean value) {
        key(key).append(value);
        return this;
    }

    Json put(String key, @Nullable Json value) {
        if (value != null) {
            key(key).append(value);
        }
        return this;
    }

    Json putStrings(String key, Iterable<String> values) {
        StringBuilder list = key(key).append('[');
        for (String value : values) {
            quote(comma(list), value);
        }
        list.append(']');
        return this;
    }

    Json putObjects(String key, Iterable<Json> values) {
        StringBuilder list = key(key).append('[');
        for (Json value : values) {
            comma(list).append(value);
        }
        list.append(']');
        return this;
    }

    private StringBuilder key(String key) {
        return quote(comma(text), key).append(':');
    }

    private static StringBuilder comma(StringBuilder text) {
        char last = text.charAt(text.length() - 1);
        return last == '{' || last == '[' ? text : text.append(',');
    }

    private static StringBuilder quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (isPlain(value, i)) {
                text.append(c);
            } else {
                text.append(String.format("\\u%04x", (int) c));
            }
        }
        return text.append('"');
    }

    /** Whether it is the same in every encoding and every reader: no control, and no half of a pair of surrogates. */
    private static boolean isPlain(String value, int i) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        } else if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
        }
        return !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
