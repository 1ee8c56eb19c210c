package dev.anyloop.beanstalk.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statistics and lists of the server. It says that they are YAML, but does not quote: a reader of YAML makes null of an
 * {@code os} that begins with {@code #}, and false of a tube called {@code no}. So they are read as the lines of text they are.
 */
final class Listing {

    private static final String BEGIN = "---";

    private Listing() {}

    /** Of lines such as {@code name: value}, in their order. */
    static Map<String, String> pairs(byte[] body) throws GarbledException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String line : lines(body)) {
            int colon = line.indexOf(": ");
            if (colon < 1) {
                throw new GarbledException("a line of statistics without a name", line);
            }
            pairs.put(line.substring(0, colon), unquoted(line.substring(colon + 2)));
        }
        return Collections.unmodifiableMap(pairs);
    }

    /** Of lines such as {@code - item}. */
    static List<String> items(byte[] body) throws GarbledException {
        List<String> items = new ArrayList<>();
        for (String line : lines(body)) {
            if (!line.startsWith("- ")) {
                throw new GarbledException("a line of a list without a hyphen", line);
            }
            items.add(unquoted(line.substring(2)));
        }
        return List.copyOf(items);
    }

    private static List<String> lines(byte[] body) throws GarbledException {
        String text = new String(body, UTF_8);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(BEGIN)) {
            throw new GarbledException("a list that does not begin with " + BEGIN, text);
        }
        return lines.subList(1, lines.size());
    }

    /** Version 1.12 quotes its version alone, later ones more; no name has a quote in it. */
    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
