package dev.anyloop.examples;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * The same conversation on every backend of the class path, then a table of the backends. It succeeds if the transcripts
 * are equal once names and ports are removed, and every backend named by {@code -Danyloop.require} took part.
 */
public final class Demo {

    private final List<String> table = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Transcript> transcripts = new ArrayList<>();
    private final TreeSet<String> missing = new TreeSet<>(List.of(System.getProperty("anyloop.require", "").split(",")));

    private Demo() {
        missing.remove("");
    }

    /**
     * Exits with 0 if all is well, else with 1.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Demo demo = new Demo();
        ServiceLoader.load(EventLoopProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(EventLoopProvider::priority).thenComparing(EventLoopProvider::name))
                .forEach(demo::show);
        System.exit(demo.conclude() ? 0 : 1);
    }

    private void show(EventLoopProvider provider) {
        String backend = provider.name();
        Availability availability = provider.availability();
        if (availability.available()) {
            missing.remove(backend);
            row(backend, converse(backend), availability.detail());
        } else {
            row(backend, "not available", availability.detail());
        }
    }

    private void row(String backend, String outcome, String detail) {
        table.add("%-10s %-22s %s".formatted(backend, outcome, detail.replace("\n", "\n" + " ".repeat(34))));
    }

    private String converse(String backend) {
        System.out.println("--- " + backend);
        try {
            Transcript transcript = new Conversation(backend).hold();
            transcript.lines().forEach(System.out::println);
            System.out.println();
            transcripts.add(transcript);
            return compare(transcript);
        } catch (Exception e) {
            System.out.println("FAILED\n");
            problems.add(backend + " failed: " + e);
            return "failed";
        }
    }

    private String compare(Transcript transcript) {
        Transcript first = transcripts.get(0);
        List<String> difference = transcript.differenceFrom(first);
        problems.addAll(difference);
        if (!difference.isEmpty()) {
            return "differs from " + first.backend();
        }
        return transcript == first ? transcript.lines().size() + " lines" : "equal to " + first.backend();
    }

    private boolean conclude() {
        if (transcripts.isEmpty()) {
            problems.add("no backend took part");
        }
        missing.forEach(backend -> problems.add(backend + " is required by -Danyloop.require and did not take part"));
        table.add(0, "%-10s %-22s %s".formatted("backend", "transcript", "runs on"));
        table.forEach(System.out::println);
        System.out.println();
        problems.forEach(System.out::println);
        if (problems.isEmpty()) {
            System.out.println(transcripts.size() == 1
                    ? "Only one backend took part: there is nothing to compare."
                    : "The transcripts of all " + transcripts.size() + " backends are equal but for names and ports.");
        }
        return problems.isEmpty();
    }
}
