package dev.anyloop.benchmarks.inner;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * Measures one loop in this JVM: {@code InnerMain timers|tasks|pending <loop> [<detail>…]}. Prints one line of JSON, medians of
 * many repetitions: one of {@code execute} may be twice as fast as the next, as the scheduler shares the cores out.
 */
public final class InnerMain {

    private static final int WARM_UPS = 5;
    private static final int REPETITIONS = 15;
    private static final int TIMERS = 1_000_000;
    private static final int THREADS = 8;
    private static final int SOCKETS = 1_000;
    private static final double MEBIBYTE = 1 << 20;
    private static final int TASKS_PER_THREAD = 1_000_000;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private InnerMain() {}

    public static void main(String[] args) throws Exception {
        TaskLoop loop = loop(args);
        Measurement measurement = measurement(args[0]);
        for (int i = 0; i < WARM_UPS; i++) {
            measurement.of(loop);
        }
        List<Map<String, Double>> figures = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            figures.add(measurement.of(loop));
        }
        System.out.println(figures.get(0).keySet().stream()
                .map(name -> String.format(Locale.ROOT, "\"%s\": %.4f", name, median(figures, name)))
                .collect(Collectors.joining(", ", "{", "}")));
        System.exit(0);
    }

    private interface Measurement {
        /** Figures by the names that {@code Metric} knows. */
        Map<String, Double> of(TaskLoop loop) throws InterruptedException;
    }

    private static Measurement measurement(String name) {
        return switch (name) {
            case "timers" -> InnerMain::timers;
            case "tasks" -> InnerMain::tasks;
            case "pending" -> InnerMain::pending;
            default -> throw new IllegalArgumentException("no such measurement: " + name);
        };
    }

    private static double median(List<Map<String, Double>> figures, String name) {
        return figures.stream().mapToDouble(figure -> figure.get(name)).sorted().toArray()[figures.size() / 2];
    }

    private static TaskLoop loop(String[] args) {
        return switch (args[1]) {
            case "anyloop" -> new AnyloopTasks(args[2], args.length > 3 ? args[3] : null);
            case "netty" -> new NettyTasks();
            default -> throw new IllegalArgumentException("no such loop: " + args[1]);
        };
    }

    private static Map<String, Double> timers(TaskLoop loop) {
        CompletableFuture<Double> seconds = new CompletableFuture<>();
        loop.execute(() -> {
            long begun = SYSTEM.getProcessCpuTime(); // with the garbage that was made
            loop.addAndCancelTimers(TIMERS);
            seconds.complete((SYSTEM.getProcessCpuTime() - begun) / 1e9);
        });
        return Map.of("seconds", seconds.join());
    }

    private static Map<String, Double> pending(TaskLoop loop) {
        CompletableFuture<Double> mebibytes = new CompletableFuture<>();
        loop.execute(() -> mebibytes.complete(loop.directBytesWithPending(SOCKETS) / MEBIBYTE));
        return Map.of("direct", mebibytes.join());
    }

    private static Map<String, Double> tasks(TaskLoop loop) throws InterruptedException {
        int[] run = new int[1]; // on the loop's thread only
        CountDownLatch done = new CountDownLatch(1);
        Runnable task = () -> {
            if (++run[0] == THREADS * TASKS_PER_THREAD) {
                done.countDown();
            }
        };
        long cpu = SYSTEM.getProcessCpuTime();
        long begun = System.nanoTime();
        for (int i = 0; i < THREADS; i++) {
            new Thread(() -> {
                for (int left = TASKS_PER_THREAD; left > 0; left--) {
                    loop.execute(task);
                }
            }).start();
        }
        done.await();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpuMicros = (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / (THREADS * TASKS_PER_THREAD);
        return Map.of("rate", THREADS * TASKS_PER_THREAD / seconds, "cpu", cpuMicros);
    }
}
