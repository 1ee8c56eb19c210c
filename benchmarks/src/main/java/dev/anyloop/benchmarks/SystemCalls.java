package dev.anyloop.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many system calls a request costs, counted by {@code strace -c}, which makes them slow: nothing else is measured
 * meanwhile. Only those that move bytes or wait for them; a JVM makes others as well, to compile and to collect garbage.
 */
record SystemCalls(String name, String title, Exchange active) implements Experiment {

    /** Those that wait; the more requests are ready at once, the fewer of them. */
    private static final Set<String> WAITS =
            Set.of("epoll_wait", "epoll_pwait", "epoll_pwait2", "io_uring_enter");
    private static final String COUNTED = "read,write,readv,writev,recvfrom,sendto,recvmsg,sendmsg,ioctl,epoll_ctl,"
            + String.join(",", WAITS);

    @Override
    public Service service() {
        return active.service();
    }

    @Override
    public boolean once() {
        return true;
    }

    @Override
    public void warmUp(ServerProcess server, Load load, Settings settings) throws IOException {
        active.warmUp(server, load, settings);
    }

    @Override
    public Sample measure(ServerProcess server, Load load, Settings settings) throws IOException {
        Path counts = Files.createTempFile("anyloop-bench", ".strace");
        try {
            Process strace = new ProcessBuilder(
                    "strace", "-f", "-c", "-e", "trace=" + COUNTED, "-o", counts.toString(), "-p", Long.toString(server.pid()))
                    .redirectErrorStream(true).start();
            awaitAttached(strace);
            double requests = active.requests(server, load, settings.millis());
            strace.destroy();
            strace.onExit().join();
            return sample(Files.readAllLines(counts), requests);
        } finally {
            Files.delete(counts);
        }
    }

    private static void awaitAttached(Process strace) throws IOException {
        BufferedReader words = strace.inputReader();
        String line = words.readLine();
        if (line == null || !line.contains("attached")) {
            throw new IOException("strace: " + line);
        }
    }

    /** Lines of: share of the time, seconds, microseconds for each call, calls, errors if any, name. */
    private static Sample sample(List<String> lines, double requests) {
        double calls = 0;
        double waits = 0;
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+");
            String call = fields[fields.length - 1];
            if (fields.length >= 5 && fields[3].matches("\\d+") && !call.equals("total")) {
                calls += Integer.parseInt(fields[3]);
                waits += WAITS.contains(call) ? Integer.parseInt(fields[3]) : 0;
            }
        }
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.CALLS, calls / requests);
        values.put(Metric.WAITS, waits / requests);
        return new Sample(values);
    }
}
