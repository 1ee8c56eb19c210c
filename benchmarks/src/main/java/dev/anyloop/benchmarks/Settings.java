package dev.anyloop.benchmarks;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured, from the system properties {@code bench.…}. Times are CPU times of the server: on a busy machine
 * a run takes longer, and measures as much.
 *
 * @param starts how often every server's process is started afresh
 * @param rounds how often every measurement is made in each start
 * @param millis how long one measurement is
 * @param settleMillis how long the load runs before each
 * @param warmupMillis how long each server of a JVM is warmed up after its start, for each workload: until the compiler is
 *        done, whose CPU time is the server's
 * @param idle how many idle connections
 * @param servers which ones, by name
 * @param workloads which ones, by name
 * @param programs where the programs in C are
 * @param compiled where what is compiled of them goes
 * @param results where the results go
 * @param other a built checkout whose Anyloop is measured beside this one, or null
 */
record Settings(int starts, int rounds, int millis, int settleMillis, int warmupMillis, int idle,
        Pattern servers, Pattern workloads, Path programs, Path compiled, Path results, @Nullable Path other) {

    static Settings fromProperties() {
        return new Settings(
                number("starts", 1), number("rounds", 5), number("millis", 150), number("settle", 40),
                number("warmup", 1500), number("idle", 9000),
                pattern("servers"), pattern("workloads"),
                Path.of(text("programs", "src/main/c")), Path.of(text("compiled", "target/c")),
                Path.of(text("results", "../docs/performance")),
                text("other", "").isEmpty() ? null : Path.of(text("other", "")));
    }

    /** A warm-up is measured in part: in too short a time nothing may happen on a busy machine, and that is an error of the load. */
    int halfWarmupMillis() {
        return warmupMillis / 2;
    }

    /** The command that repeats this run. */
    String command() {
        return "mvn -q -Pbench -Dbench.starts=" + starts + " -Dbench.rounds=" + rounds + " -Dbench.millis=" + millis
                + " -Dbench.warmup=" + warmupMillis + " -Dbench.idle=" + idle
                + option("servers", servers) + option("workloads", workloads)
                + (other == null ? "" : " -Dbench.other=<checkout>");
    }

    private static String option(String name, Pattern pattern) {
        return pattern.pattern().isEmpty() ? "" : " -Dbench." + name + "='" + pattern + "'";
    }

    private static int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    /** Without one, everything matches. */
    private static Pattern pattern(String name) {
        return Pattern.compile(text(name, ""));
    }

    private static String text(String name, String otherwise) {
        String value = System.getProperty("bench." + name, "");
        return value.isBlank() ? otherwise : value;
    }
}
