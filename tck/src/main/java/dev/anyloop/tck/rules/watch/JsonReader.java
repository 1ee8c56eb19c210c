package dev.anyloop.tck.rules.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON by the letter of RFC 8259, and is stricter than that where readers differ: no key twice, no half of a pair of surrogates.
 * Objects become maps, lists lists, numbers doubles; there is no null in what it is for.
 */
final class JsonReader {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The whole text, which is one object. */
    static Map<String, Object> read(String text) {
        JsonReader reader = new JsonReader(text);
        Map<String, Object> read = reader.object();
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong("the end");
        }
        return read;
    }

    private Map<String, Object> object() {
        Map<String, Object> read = new LinkedHashMap<>();
        expect('{');
        while (!next('}')) {
            if (!read.isEmpty()) {
                expect(',');
            }
            String key = string();
            expect(':');
            if (read.put(key, value()) != null) {
                throw wrong("no second \"" + key + "\"");
            }
        }
        return read;
    }

    private List<Object> list() {
        List<Object> read = new ArrayList<>();
        expect('[');
        while (!next(']')) {
            if (!read.isEmpty()) {
                expect(',');
            }
            read.add(value());
        }
        return read;
    }

    private Object value() {
        space();
        char first = at < text.length() ? text.charAt(at) : ' ';
        return switch (first) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> number();
        };
    }

    private boolean word(String word, boolean value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private double number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw wrong("a value");
        }
        at = number.end();
        return Double.parseDouble(number.group());
    }

    private String string() {
        expect('"');
        StringBuilder read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            read.append(character());
        }
        expect('"');
        return read.toString();
    }

    private char character() {
        char c = text.charAt(at++);
        if (c == '\\') {
            return escaped();
        } else if (c < ' ' || !isWhole(at - 1)) {
            throw wrong("no control and no half of a pair");
        }
        return c;
    }

    private boolean isWhole(int index) {
        char c = text.charAt(index);
        return !Character.isSurrogate(c)
                || (Character.isHighSurrogate(c) && index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1)))
                || (Character.isLowSurrogate(c) && Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        if (c == 'u' && text.substring(at).matches("(?s)[0-9a-fA-F]{4}.*")) {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = ESCAPES.indexOf(c);
        if (known < 0) {
            throw wrong("an escape");
        }
        return ESCAPED.charAt(known);
    }

    private void expect(char wanted) {
        space();
        if (at >= text.length() || text.charAt(at++) != wanted) {
            throw wrong("'" + wanted + "'");
        }
    }

    private boolean next(char wanted) {
        space();
        boolean there = at < text.length() && text.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private AssertionError wrong(String wanted) {
        return new AssertionError("no JSON: at " + at + " is not " + wanted + ": " + text);
    }
}
