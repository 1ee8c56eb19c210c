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

    /**
     * Adds as an experiment how much more each candidate has in one than in the other, beyond what it is for a reference, of what
     * was measured in the same start.
     */
    void addDifference(String name, Metric metric, String more, String less, String reference) {
        for (String candidate : List.copyOf(candidates(more))) {
            List<List<Double>> parts = List.of(values(more, candidate, metric), values(less, candidate, metric),
                    values(more, reference, metric), values(less, reference, metric));
            for (int i = 0; i < parts.stream().mapToInt(List::size).min().getAsInt(); i++) {
                double own = parts.get(0).get(i) - parts.get(1).get(i);
                add(name, candidate, new Sample(Map.of(metric, own - (parts.get(2).get(i) - parts.get(3).get(i)))));
            }
        }
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
