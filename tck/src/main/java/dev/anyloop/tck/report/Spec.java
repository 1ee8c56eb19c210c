package dev.anyloop.tck.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of {@code docs/spec.md}, which the build copies into the jar. */
public record Spec(Map<String, Entry> rules, Set<String> retired) {

    /** One heading: {@code ### TIMER-004 MUST — a zero delay fires asynchronously}. */
    public record Entry(String id, String level, String title) {

        @Override
        public String toString() {
            return id + (level.isEmpty() ? "" : " " + level) + " — " + title;
        }
    }

    private static final Pattern HEADING =
            Pattern.compile("###\\s+([A-Z]+-\\d{3})\\s*([^—]*?)\\s*(?:—\\s*(.*))?", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("[A-Z]+-\\d{3}");

    private static final Spec CURRENT = parse(text());

    public static Spec current() {
        return CURRENT;
    }

    /** Ids below a heading that begins with "Retired" are retired; they are never used again. */
    static Spec parse(String markdown) {
        Map<String, Entry> rules = new LinkedHashMap<>();
        Set<String> retired = new TreeSet<>();
        boolean inRetired = false;
        for (String line : markdown.lines().toList()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches() && !inRetired) {
                String title = heading.group(3) == null ? "" : heading.group(3).strip();
                rules.put(heading.group(1), new Entry(heading.group(1), heading.group(2), title));
            } else if (line.startsWith("## ")) {
                inRetired = line.startsWith("## Retired");
            } else if (inRetired) {
                ID.matcher(line).results().forEach(id -> retired.add(id.group()));
            }
        }
        return new Spec(rules, retired);
    }

    /** MUST, or what else it is; empty of what is no rule. */
    public String level(String id) {
        Entry entry = rules.get(id);
        return entry == null ? "" : entry.level();
    }

    /** The rule in its own words, for the first line of a failure. */
    public String sentence(String id) {
        Entry entry = rules.get(id);
        return entry == null ? id + " (not a rule of docs/spec.md)" : entry.toString();
    }

    private static String text() {
        try (InputStream in = Spec.class.getResourceAsStream("/META-INF/tck/docs/spec.md")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
