package dev.anyloop.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes maps, lists, numbers and text as JSON. */
final class Json {

    private Json() {}

    static String write(Object value) {
        return write(value, "\n");
    }

    private static String write(Object value, String newline) {
        String inner = newline + "  ";
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> inner + quote(entry.getKey().toString()) + ": " + write(entry.getValue(), inner))
                    .collect(Collectors.joining(",", "{", newline + "}"));
        } else if (value instanceof List<?> list) {
            return list.stream().map(item -> write(item, inner)).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Number ? value.toString() : quote(value.toString());
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
