package dev.anyloop.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private final Results results = new Results();

    private void add(String candidate, double... micros) {
        for (double value : micros) {
            results.add("ping", candidate, new Sample(Map.of(Metric.CPU, value)));
        }
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertEquals(new Spread(2.5, 1, 4), Spread.of(List.of(4.0, 1.0, 3.0, 2.0)));
    }

    @Test
    void ratiosAreTakenPairByPairSoThatASlowMomentMeetsBoth() {
        add("ours", 2, 20, 4);
        add("reference", 3, 30, 6);
        assertEquals(new Spread(1.5, 1.5, 1.5), results.ratio("ping", "ours", "reference", Metric.CPU).orElseThrow());
    }

    @Test
    void ofWhatWasNotMeasuredThereIsNoRatio() {
        add("ours", 2);
        assertEquals(true, results.ratio("ping", "ours", "reference", Metric.CPU).isEmpty());
    }

    @Test
    void aSampleIsReadFromTheLineThatAProgramPrints() {
        Sample sample = Sample.parse("{\"requests\": 100, \"rate\": 2000, \"cpu\": 5.25, \"load\": 0.99}");
        assertEquals(Map.of(Metric.RATE, 2000.0, Metric.CPU, 5.25, Metric.BUSY, 0.99), sample.values());
    }

    @Test
    void jsonIsNestedAndQuoted() {
        assertEquals("{\n  \"a\": [1.5, 2.0],\n  \"b\": \"say \\\"x\\\"\"\n}",
                Json.write(new java.util.TreeMap<>(Map.of("a", List.of(1.5, 2.0), "b", "say \"x\""))));
    }
}
