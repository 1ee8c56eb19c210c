package dev.anyloop.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Measures all servers side by side. Those of one service run at the same time, each in a process of its own, all on one
 * core; the load drives one after the other from the other core, round by round, so that what the machine does
 * meanwhile meets them all. What cannot run here is skipped, with the reason.
 */
public final class Bench {

    /** Of each process, all its experiments together. */
    private static final int LEAST_WARM_UPS = 3;

    private final Settings settings;
    private final PrintStream out;
    private final List<Candidate> candidates;
    private final List<Experiment> experiments;
    private final List<String> inner;
    private final Load load;
    private final Path identity;
    private final Progress progress;
    private final Results results = new Results();
    private final Map<String, String> skipped = new LinkedHashMap<>();

    Bench(Settings settings, PrintStream out) throws IOException {
        this(settings, out, UnaryOperator.identity());
    }

    /** Of candidates that are made something else of, by who wants no figures. */
    Bench(Settings settings, PrintStream out, UnaryOperator<Candidate> variant) throws IOException {
        this.settings = settings;
        this.out = out;
        Map<String, Path> programs = Programs.compile(settings, problem -> skip("C", problem));
        if (!programs.keySet().containsAll(Programs.LOAD)) {
            throw new IOException("the load is made by programs in C: " + skipped);
        }
        load = new Load(programs);
        identity = settings.compiled().toAbsolutePath();
        boolean secure = programs.keySet().containsAll(Programs.SECURE_LOAD) && makeCertificate();
        candidates = Candidates.all(programs, settings.other()).stream()
                .filter(candidate -> settings.servers().matcher(candidate.name()).find())
                .map(variant).toList();
        experiments = Experiments.onServers(settings).stream()
                .filter(experiment -> secure || !experiment.service().secure())
                .filter(experiment -> settings.workloads().matcher(experiment.name()).find()).toList();
        inner = Experiments.inLoops().stream()
                .filter(name -> settings.workloads().matcher(name).find()).toList();
        int steps = experiments.stream().mapToInt(e -> 1 + (e.once() ? 1 : settings.rounds())).sum() + inner.size();
        progress = new Progress(out, steps * settings.starts());
    }

    private boolean makeCertificate() {
        try {
            Certificate.make(identity);
            return true;
        } catch (IOException e) {
            skip("TLS", e.getMessage());
            return false;
        }
    }

    public static void main(String[] args) throws IOException {
        new Bench(Settings.fromProperties(), System.out).run();
    }

    void run() throws IOException {
        out.println(settings.command());
        Machine.describe().forEach((name, fact) -> out.println(name + ": " + fact));
        for (int start = 1; start <= settings.starts(); start++) {
            for (Service service : services()) {
                measureServers(service, "start " + start + "/" + settings.starts() + ", ");
            }
            measureLoops("start " + start + "/" + settings.starts() + ", ");
        }
        results.addDifference(Experiments.TLS_BEYOND, Metric.HEAP, Experiments.TLS_IDLE, Experiments.IDLE, Candidates.JAVA_NIO);
        results.addDifference(Experiments.HTTP_BEYOND, Metric.HEAP, Experiments.HTTP_IDLE, Experiments.IDLE);
        Map<String, String> titles = titles();
        String report = new Report(results, titles).text();
        out.println(report);
        for (Path file : new Archive(settings, results, titles, skipped).write(report)) {
            out.println("written: " + file);
        }
    }

    private Set<Service> services() {
        Set<Service> services = new LinkedHashSet<>();
        experiments.forEach(experiment -> services.add(experiment.service()));
        return services;
    }

    private Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        experiments.forEach(experiment -> titles.put(experiment.name(), experiment.title()));
        inner.forEach(name -> titles.put(name, Experiments.titleOfInner(name)));
        if (results.experiments().contains(Experiments.TLS_BEYOND)) {
            titles.put(Experiments.TLS_BEYOND, Experiments.titleOfBeyond());
        }
        if (results.experiments().contains(Experiments.HTTP_BEYOND)) {
            titles.put(Experiments.HTTP_BEYOND, Experiments.titleOfHttpBeyond());
        }
        return titles;
    }

    // ---- servers ----

    private void measureServers(Service service, String where) throws IOException {
        List<Experiment> some = experiments.stream().filter(experiment -> experiment.service().equals(service)).toList();
        List<ServerProcess> servers = start(service);
        try {
            for (Experiment experiment : some) {
                for (ServerProcess server : servers) {
                    warmUp(experiment, server, some.size());
                }
                progress.step(where + "warm-up, " + experiment.title());
            }
            for (int round = 1; round <= settings.rounds(); round++) {
                for (Experiment experiment : some) {
                    if (!experiment.once() || round == settings.rounds()) {
                        measure(experiment, servers);
                        progress.step(where + "round " + round + "/" + settings.rounds() + ", " + experiment.title());
                    }
                }
                Collections.rotate(servers, 1);
            }
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    /** Often enough for a process of few experiments too, unless it is in C, which is as hot as it gets. */
    private void warmUp(Experiment experiment, ServerProcess server, int experiments) {
        int times = server.candidate().isJvm() ? Math.max(1, LEAST_WARM_UPS / experiments) : 0;
        for (int i = 0; i < times; i++) {
            attempt(server, () -> experiment.warmUp(server, load, settings));
        }
    }

    private List<ServerProcess> start(Service service) {
        List<ServerProcess> servers = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.offers(service) && !skipped.containsKey(candidate.name())) {
                try {
                    servers.add(ServerProcess.start(candidate, service, identity));
                } catch (IOException e) {
                    skip(candidate.name(), e.getMessage());
                }
            }
        }
        return servers;
    }

    private void measure(Experiment experiment, List<ServerProcess> servers) throws IOException {
        for (ServerProcess server : servers) {
            attempt(server, () ->
                    results.add(experiment.name(), server.candidate().name(), experiment.measure(server, load, settings)));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One that fails twice takes no further part. */
    private void attempt(ServerProcess server, Step step) {
        String name = server.candidate().name();
        if (!skipped.containsKey(name) && failure(step).isPresent()) {
            failure(step).ifPresent(reason -> skip(name, reason));
        }
    }

    private static Optional<String> failure(Step step) {
        try {
            step.run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    // ---- loops ----

    private void measureLoops(String where) {
        for (String name : inner) {
            for (Candidate candidate : candidates) {
                if (Experiments.isInLoopOf(candidate, name) && !skipped.containsKey(candidate.name())) {
                    measureLoop(name, candidate);
                }
            }
            progress.step(where + Experiments.titleOfInner(name));
        }
    }

    private void measureLoop(String name, Candidate candidate) {
        try {
            Process process = new ProcessBuilder(candidate.inner(name)).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes()).strip();
            results.add(name, candidate.name(), Sample.parse(output));
        } catch (IOException | IllegalStateException e) {
            skip(candidate.name(), e.getMessage());
        }
    }

    private void skip(String who, String reason) {
        out.println("skipped: " + who + ": " + reason);
        skipped.merge(who, reason, (first, second) -> first + "; " + second);
    }
}
