package dev.anyloop.benchmarks;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one measurement gave. */
record Sample(Map<Metric, Double> values) {

    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\": ([0-9.]+)");

    /** From the one line of JSON that a program printed. */
    static Sample parse(String line) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            Double value = field(line, metric.key);
            if (value != null) {
                values.put(metric, value);
            }
        }
        if (values.isEmpty()) {
            throw new IllegalStateException("not a measurement: " + line);
        }
        return new Sample(values);
    }

    static @Nullable Double field(String line, String key) {
        Matcher fields = FIELD.matcher(line);
        while (fields.find()) {
            if (fields.group(1).equals(key)) {
                return Double.valueOf(fields.group(2));
            }
        }
        return null;
    }

    Sample with(Metric metric, double value) {
        Map<Metric, Double> more = new EnumMap<>(values);
        more.put(metric, value);
        return new Sample(more);
    }
}
