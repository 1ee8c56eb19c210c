package dev.anyloop.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** All samples, by experiment and candidate; the n-th samples of two candidates were taken one soon after the other. */
final class Results {

    private final Map<String, Map<String, List<Sample>>> samples = new LinkedHashMap<>();

    void add(String experiment, String candidate, Sample sample) {
        samples.computeIfAbsent(experiment, e -> new LinkedHashMap<>())
                .computeIfAbsent(candidate, c -> new ArrayList<>())
                .add(sample);
    }

    /** Adds as an experiment how much more each candidate has in one than in the other, of what was measured in the same start. */
    void addDifference(String name, Metric metric, String more, String less) {
        for (String candidate : List.copyOf(candidates(more))) {
            differences(candidate, metric, more, less).forEach(own -> add(name, candidate, new Sample(Map.of(metric, own))));
        }
    }

    /** The same, beyond what it is for a reference. */
    void addDifference(String name, Metric metric, String more, String less, String reference) {
        List<Double> beyond = differences(reference, metric, more, less);
        for (String candidate : List.copyOf(candidates(more))) {
            List<Double> own = differences(candidate, metric, more, less);
            for (int i = 0; i < Math.min(own.size(), beyond.size()); i++) {
                add(name, candidate, new Sample(Map.of(metric, own.get(i) - beyond.get(i))));
            }
        }
    }

    private List<Double> differences(String candidate, Metric metric, String more, String less) {
        List<Double> minuends = values(more, candidate, metric);
        List<Double> subtrahends = values(less, candidate, metric);
        return IntStream.range(0, Math.min(minuends.size(), subtrahends.size()))
                .mapToObj(i -> minuends.get(i) - subtrahends.get(i)).toList();
    }

    Set<String> experiments() {
        return samples.keySet();
    }

    Set<String> candidates(String experiment) {
        return samples.getOrDefault(experiment, Map.of()).keySet();
    }

    List<Double> values(String experiment, String candidate, Metric metric) {
        List<Double> values = new ArrayList<>();
        for (Sample sample : samples.getOrDefault(experiment, Map.of()).getOrDefault(candidate, List.of())) {
            if (sample.values().containsKey(metric)) {
                values.add(sample.values().get(metric));
            }
        }
        return values;
    }

    Optional<Spread> spread(String experiment, String candidate, Metric metric) {
        List<Double> values = values(experiment, candidate, metric);
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** How many times as good as the reference, pair by pair. */
    Optional<Spread> ratio(String experiment, String candidate, String reference, Metric metric) {
        List<Double> own = values(experiment, candidate, metric);
        List<Double> other = values(experiment, reference, metric);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(own.size(), other.size()); i++) {
            ratios.add(metric.lessIsBetter ? other.get(i) / own.get(i) : own.get(i) / other.get(i));
        }
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }
}
