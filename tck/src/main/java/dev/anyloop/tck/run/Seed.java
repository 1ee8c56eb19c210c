package dev.anyloop.tck.run;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where the random bytes and delays of a run come from: {@code tck.seed}, {@code TCK_SEED}, or else chance. */
public record Seed(long value) {

    private static final Seed CURRENT = of(System.getProperty("tck.seed"), System.getenv("TCK_SEED"));

    public static Seed current() {
        return CURRENT;
    }

    public static Seed of(@Nullable String property, @Nullable String variable) {
        String given = Setting.chosen(property, variable);
        return new Seed(given != null ? number(given) : ThreadLocalRandom.current().nextInt(1_000_000));
    }

    private static long number(String given) {
        try {
            return Long.parseLong(given.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "tck.seed (or TCK_SEED) is not a whole number: \"" + given + "\" (leave it away for one by chance)", e);
        }
    }

    /** The same for the same test and seed, whatever ran before. */
    public Random random(String test) {
        return new Random(value * 31 + test.hashCode());
    }
}
