package dev.anyloop.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All samples, by experiment and candidate; the n-th samples of two candidates were taken one soon after the other. */
final class Results {

    private final Map<String, Map<String, List<Sample>>> samples = new LinkedHashMap<>();

    void add(String experiment, String candidate, Sample sample) {
        samples.computeIfAbsent(experiment, e -> new LinkedHashMap<>())
                .computeIfAbsent(candidate, c -> new ArrayList<>())
                .add(sample);
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
