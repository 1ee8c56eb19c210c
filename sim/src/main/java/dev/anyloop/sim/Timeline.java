package dev.anyloop.sim;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What every host saw and did, with the time: the last lines of it as text, all of it as one number. */
final class Timeline {

    private static final int MOST_LINES = 400;
    private static final long FNV_PRIME = 0x100000001b3L;

    private record Line(long nanos, String who, Object what) {
        @Override
        public String toString() {
            long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
            return String.format(Locale.ROOT, "%6d.%06d s  %-12s %s", micros / 1_000_000, micros % 1_000_000, who, what);
        }
    }

    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long left;
    private long fingerprint = 0xcbf29ce484222325L;

    void add(long nanos, String who, Object what) {
        if (lines.size() == MOST_LINES) {
            lines.remove();
            left++;
        }
        lines.add(new Line(nanos, who, what));
        mix(nanos);
        mix(who.hashCode());
        mix(what.hashCode());
    }

    private void mix(long value) {
        fingerprint = (fingerprint ^ value) * FNV_PRIME;
        fingerprint ^= fingerprint >>> 32;
    }

    /** Equal for runs that were equal. */
    long fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (left > 0) {
            text.append("  … ").append(left).append(" lines before\n");
        }
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
