package dev.anyloop.benchmarks.inner;

/** The delays of the timers: spread over minutes, the same in every run. */
final class Delays {

    private static final int SHORTEST_MILLIS = 60_000;
    private static final int SPREAD_MILLIS = 600_000;

    private Delays() {}

    static long millis(int index) {
        return SHORTEST_MILLIS + Integer.toUnsignedLong(index * 0x9E3779B1) % SPREAD_MILLIS;
    }
}
