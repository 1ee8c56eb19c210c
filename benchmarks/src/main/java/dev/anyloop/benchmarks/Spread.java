package dev.anyloop.benchmarks;

import java.util.List;

/** The median of some values, and how far they lie apart. */
record Spread(double median, double min, double max) {

    static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    String format(Metric metric) {
        return metric.format(median) + (min == max ? "" : " (" + metric.format(min) + "–" + metric.format(max) + ")");
    }
}
