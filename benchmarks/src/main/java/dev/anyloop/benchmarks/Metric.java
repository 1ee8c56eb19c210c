package dev.anyloop.benchmarks;

import java.util.Locale;

/** What is measured. */
enum Metric {
    CPU("µs/req", "cpu", 2, true),
    TCP("over TCP", "tcp", 2, true),
    OF_TCP("of TCP", "ofTcp", 2, true),
    RATE("req/s", "rate", 0, false),
    P50("p50 µs", "p50", 0, true),
    P99("p99 µs", "p99", 0, true),
    BUSY("server", "load", 2, true),
    CLIENT("client", "client", 2, true),
    ALLOCATED("B/req", "allocated", 0, true),
    HEAP("heap B/conn", "heap", 0, true),
    RESIDENT("RSS B/conn", "resident", 0, true),
    KEPT("speed kept", "kept", 2, false),
    CALLS("calls/req", "calls", 2, true),
    WAITS("of them waits", "waits", 2, true),
    SECONDS("CPU seconds", "seconds", 3, true),
    DIRECT("direct MiB", "direct", 2, true);

    final String title;
    /** In JSON, of the programs and of the results. */
    final String key;
    final boolean lessIsBetter;
    private final int decimals;

    Metric(String title, String key, int decimals, boolean lessIsBetter) {
        this.title = title;
        this.key = key;
        this.decimals = decimals;
        this.lessIsBetter = lessIsBetter;
    }

    String format(double value) {
        int digits = decimals > 0 && value < 1 ? decimals + 1 : decimals;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
