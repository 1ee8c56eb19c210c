package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the results to files: the tables, every sample as JSON, and the chart. */
final class Archive {

    private final Settings settings;
    private final Results results;
    private final Map<String, String> titles;
    private final Map<String, String> skipped;

    Archive(Settings settings, Results results, Map<String, String> titles, Map<String, String> skipped) {
        this.settings = settings;
        this.results = results;
        this.titles = titles;
        this.skipped = skipped;
    }

    /** Where they are now. */
    List<Path> write(String report) throws IOException {
        Map<String, String> facts = facts();
        StringBuilder heading = new StringBuilder();
        facts.forEach((name, fact) -> heading.append(name).append(": ").append(fact).append("\n"));
        skipped.forEach((name, reason) -> heading.append("skipped: ").append(name).append(": ").append(reason).append("\n"));
        List<String> footnotes =
                List.of(facts.get("date") + " · " + facts.get("processors") + " · " + facts.get("java"), facts.get("command"));
        Files.createDirectories(settings.results());
        return List.of(
                write("results.txt", heading + report),
                write("results.json", Json.write(json(facts)) + "\n"),
                write("cpu.svg", new Chart(results, titles).svg(List.copyOf(results.experiments()), footnotes)));
    }

    private Map<String, String> facts() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("command", settings.command());
        facts.put("date", LocalDate.now().toString());
        facts.putAll(Machine.describe());
        return facts;
    }

    private Map<String, Object> json(Map<String, String> facts) {
        Map<String, Object> experiments = new LinkedHashMap<>();
        for (String experiment : results.experiments()) {
            Map<String, Object> candidates = new LinkedHashMap<>();
            for (String candidate : results.candidates(experiment)) {
                candidates.put(candidate, samples(experiment, candidate));
            }
            experiments.put(experiment, candidates);
        }
        Map<String, Object> all = new LinkedHashMap<>(facts);
        all.put("skipped", skipped);
        all.put("experiments", titles);
        all.put("samples", experiments);
        return all;
    }

    private Map<String, Object> samples(String experiment, String candidate) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            List<Double> measured = results.values(experiment, candidate, metric);
            if (!measured.isEmpty()) {
                values.put(metric.key, measured);
            }
        }
        return values;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(settings.results().resolve(name), text).toAbsolutePath().normalize();
    }
}
