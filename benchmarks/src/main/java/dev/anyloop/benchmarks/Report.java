package dev.anyloop.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The results as tables of text: one for each experiment, and one of the goals. */
final class Report {

    private static final List<String> REFERENCES =
            List.of(Candidates.C_EPOLL, Candidates.C_OPENSSL, Candidates.C_HTTP, Candidates.JAVA_NIO, Candidates.NETTY + "nio", Candidates.MICROHTTP);

    private final Results results;
    private final Map<String, String> titles;

    /** @param titles of the experiments, by name */
    Report(Results results, Map<String, String> titles) {
        this.results = results;
        this.titles = titles;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (String experiment : results.experiments()) {
            text.append("\n").append(titles.get(experiment)).append(" [").append(experiment).append("]\n");
            text.append(experiment(experiment).text());
        }
        return text.append("\nGoals (median; aim or must reached)\n").append(goals().text()).toString();
    }

    private TextTable experiment(String experiment) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            if (results.candidates(experiment).stream().anyMatch(c -> results.spread(experiment, c, metric).isPresent())) {
                metrics.add(metric);
            }
        }
        boolean compared = metrics.contains(Metric.CPU);
        List<String> references = REFERENCES.stream().filter(results.candidates(experiment)::contains).toList();
        List<String> header = new ArrayList<>(List.of(""));
        metrics.forEach(metric -> header.add(metric.title));
        if (compared) {
            references.forEach(reference -> header.add("vs " + reference));
            if (others(experiment)) {
                header.add("vs " + Candidates.OTHER.strip());
            }
        }
        TextTable table = new TextTable(header);
        for (String candidate : results.candidates(experiment)) {
            List<String> row = new ArrayList<>(List.of(candidate));
            metrics.forEach(metric -> row.add(cell(results.spread(experiment, candidate, metric), metric)));
            if (compared) {
                references.forEach(reference -> row.add(ratio(experiment, candidate, reference)));
                if (others(experiment)) {
                    row.add(ratioToOther(experiment, candidate));
                }
            }
            table.add(row);
        }
        return table;
    }

    /** With min and max for the figures that count; the others by their median, or the table would not fit. */
    private static String cell(Optional<Spread> spread, Metric metric) {
        boolean whole = metric == Metric.CPU || metric == Metric.TCP || metric == Metric.OF_TCP || metric == Metric.RATE;
        return spread.map(s -> whole ? s.format(metric) : metric.format(s.median())).orElse("");
    }

    private String ratio(String experiment, String candidate, String reference) {
        return results.ratio(experiment, candidate, reference, Metric.CPU)
                .map(spread -> String.format(Locale.ROOT, "%.2f", spread.median()))
                .orElse("");
    }

    private boolean others(String experiment) {
        return results.candidates(experiment).stream().anyMatch(candidate -> candidate.startsWith(Candidates.OTHER));
    }

    private String ratioToOther(String experiment, String candidate) {
        return candidate.startsWith(Candidates.ANYLOOP)
                ? ratio(experiment, candidate, candidate.replace(Candidates.ANYLOOP, Candidates.OTHER)) : "";
    }

    private TextTable goals() {
        TextTable table = new TextTable(List.of("", "experiment", "against", "reached", "must", "aim", ""));
        for (Goal goal : Goal.all()) {
            goal.reached(results).ifPresent(spread -> table.add(List.of(
                    goal.subject(),
                    goal.experiment(),
                    against(goal),
                    number(spread.median()) + " (" + number(spread.min()) + "–" + number(spread.max()) + ")",
                    number(goal.must()),
                    number(goal.aim()),
                    goal.verdict(spread.median()))));
        }
        return table;
    }

    private static String against(Goal goal) {
        if (goal.reference() == null) {
            return goal.metric().title;
        }
        return goal.metric() == Metric.CPU ? goal.reference() : goal.reference() + ", " + goal.metric().title;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 20 ? "%.2f" : "%,.0f", value);
    }
}
