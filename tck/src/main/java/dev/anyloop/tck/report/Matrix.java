package dev.anyloop.tck.report;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes one matrix of the reports of many runs: rules down, backends across.
 *
 * <pre>{@code
 * java -cp … dev.anyloop.tck.report.Matrix docs/conformance target/conformance …           # writes the matrix
 * java -cp … dev.anyloop.tck.report.Matrix --check docs/conformance target/conformance …   # 1 if a result differs
 * }</pre>
 */
public final class Matrix {

    private static final Pattern COLUMN = Pattern.compile("\\s*\"column\": \"(.*)\",");
    private static final Pattern RESULT = Pattern.compile("\\s*\"([A-Z]+-\\d{3})\": \"(\\w+).*");

    private Matrix() {}

    /**
     * Writes or checks the matrix.
     *
     * @param args {@code [--check] directory-of-the-matrix directory-of-reports…}
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        boolean check = args.length > 0 && args[0].equals("--check");
        List<String> rest = List.of(args).subList(check ? 1 : 0, args.length);
        if (rest.size() < 2) {
            System.err.println("usage: Matrix [--check] directory-of-the-matrix directory-of-reports…");
            System.exit(2);
        }
        String json = json(reports(rest.subList(1, rest.size())));
        Path directory = Path.of(rest.get(0));
        if (check) {
            List<String> differences = differences(Files.readString(directory.resolve("matrix.json")), json);
            differences.forEach(System.out::println);
            System.out.println(differences.isEmpty() ? "The matrix is as committed." : "The matrix has changed.");
            System.exit(differences.isEmpty() ? 0 : 1);
        }
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("matrix.json"), json);
        Files.writeString(directory.resolve("matrix.html"), html(json));
    }

    private static List<String> reports(List<String> directories) throws IOException {
        List<String> reports = new ArrayList<>();
        for (String directory : directories) {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
                    reports.add(Files.readString(file).strip());
                }
            }
        }
        return reports;
    }

    private static String json(List<String> reports) {
        return "[\n" + String.join(",\n", reports) + "\n]\n";
    }

    static String html(String json) throws IOException {
        try (InputStream page = Objects.requireNonNull(Matrix.class.getResourceAsStream("matrix.html"))) {
            String rules = Spec.current().rules().values().stream()
                    .map(rule -> "[" + Conformance.quoted(rule.id()) + ", " + Conformance.quoted(rule.level()) + ", "
                            + Conformance.quoted(rule.title()) + "]")
                    .collect(joining(",\n", "[", "]"));
            return new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"RULES\"", embedded(rules))
                    .replace("\"REPORTS\"", embedded(json));
        }
    }

    /** Data inside a script element must not look like its end. */
    private static String embedded(String json) {
        return json.replace("<", "\\u003c");
    }

    /** Results only: seeds, versions and machines differ from run to run. */
    static List<String> differences(String committed, String fresh) {
        Map<String, String> before = results(committed);
        Map<String, String> now = results(fresh);
        List<String> differences = new ArrayList<>();
        before.forEach((cell, result) -> {
            if (!result.equals(now.getOrDefault(cell, "missing"))) {
                differences.add(cell + ": committed " + result + ", now " + now.getOrDefault(cell, "missing"));
            }
        });
        now.keySet().stream()
                .filter(cell -> !before.containsKey(cell))
                .forEach(cell -> differences.add(cell + ": not in the committed matrix, now " + now.get(cell)));
        return differences;
    }

    private static Map<String, String> results(String json) {
        Map<String, String> results = new TreeMap<>();
        String column = "";
        for (String line : json.lines().toList()) {
            Matcher name = COLUMN.matcher(line);
            Matcher result = RESULT.matcher(line);
            if (name.matches()) {
                column = name.group(1);
            } else if (result.matches()) {
                results.put(column + " " + result.group(1), result.group(2));
            }
        }
        return results;
    }
}
