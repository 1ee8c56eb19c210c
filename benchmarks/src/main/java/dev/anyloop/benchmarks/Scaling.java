package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.servers.ManyLoopsMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a second loop on the same port brings. Server and load have all processors between them, nothing is pinned: so the load takes
 * its share of what two loops could have. It is told beside the figures, and is the smaller the more the server does for each request.
 */
public final class Scaling {

    private static final int CONNECTIONS = 50;
    private static final List<Integer> WORK_BYTES = List.of(0, 4 * 1024, 32 * 1024);
    private static final List<Integer> LOOPS = List.of(1, 2);
    private static final List<Metric> METRICS = List.of(Metric.RATE, Metric.CPU, Metric.BUSY, Metric.CLIENT);

    private final Settings settings;
    private final String backend;
    private final PrintStream out;

    Scaling(Settings settings, String backend, PrintStream out) {
        this.settings = settings;
        this.backend = backend;
        this.out = out;
    }

    /** Settings are those of the bench, in {@code bench.…}. */
    public static void main(String[] args) throws IOException {
        new Scaling(Settings.fromProperties(), args[0], System.out).run();
    }

    void run() throws IOException {
        Path load = Programs.compile(settings, missing -> { }).get("load");
        if (load == null) {
            throw new IOException("the load cannot be compiled (is gcc installed?)");
        }
        out.println("PING on " + CONNECTIONS + " connections, pipeline 1, backend " + backend + ", "
                + Runtime.getRuntime().availableProcessors() + " processors for server and load together, nothing pinned");
        TextTable table = new TextTable(header());
        for (int work : WORK_BYTES) {
            measure(load, work, table);
        }
        out.print(table.text());
    }

    private static List<String> header() {
        List<String> header = new ArrayList<>(List.of("SHA-256 of", "loops"));
        METRICS.forEach(metric -> header.add(metric.title));
        header.add("req/s, two to one");
        return header;
    }

    /** The two of them take turns, so that whatever the machine does meanwhile meets both. */
    private void measure(Path load, int work, TextTable table) throws IOException {
        List<Running> servers = new ArrayList<>();
        try {
            for (int loops : LOOPS) {
                servers.add(new Running(loops, work));
            }
            for (Running server : servers) {
                server.load(load, 1, settings.warmupMillis());
            }
            for (int round = 0; round < settings.rounds(); round++) {
                for (Running server : servers) {
                    server.add(server.load(load, settings.settleMillis(), settings.millis()));
                }
            }
            for (Running server : servers) {
                table.add(server.row(servers.get(0)));
            }
        } finally {
            servers.forEach(Running::close);
        }
    }

    /** A server in a process of its own. */
    private final class Running implements AutoCloseable {

        private final int loops;
        private final int work;
        private final Process process;
        private final String port;
        private final Map<Metric, List<Double>> samples = new EnumMap<>(Metric.class);

        Running(int loops, int work) throws IOException {
            this.loops = loops;
            this.work = work;
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                    "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                    ManyLoopsMain.class.getName(), backend, Integer.toString(loops), Integer.toString(work))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            BufferedReader lines = process.inputReader();
            String line = lines.readLine();
            if (line == null || !line.startsWith("port ")) {
                close();
                throw new IOException("the server does not start: " + line);
            }
            port = line.substring("port ".length());
        }

        Sample load(Path program, int settleMillis, int millis) throws IOException {
            Process load = new ProcessBuilder(program.toString(), port, Long.toString(process.pid()),
                    Integer.toString(CONNECTIONS), "1", "0", Integer.toString(settleMillis), Integer.toString(millis))
                    .redirectErrorStream(true).start();
            load.outputWriter().append('\n').flush();
            List<String> lines = load.inputReader().lines().toList();
            return Sample.parse(lines.get(lines.size() - 1));
        }

        void add(Sample sample) {
            METRICS.forEach(metric -> samples.computeIfAbsent(metric, none -> new ArrayList<>()).add(sample.values().get(metric)));
        }

        List<String> row(Running one) {
            List<String> row = new ArrayList<>(List.of(work / 1024 + " KiB", Integer.toString(loops)));
            METRICS.forEach(metric -> row.add(spread(metric).format(metric)));
            double ratio = spread(Metric.RATE).median() / one.spread(Metric.RATE).median();
            row.add(this == one ? "" : Metric.KEPT.format(ratio));
            return row;
        }

        private Spread spread(Metric metric) {
            return Spread.of(samples.get(metric));
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
