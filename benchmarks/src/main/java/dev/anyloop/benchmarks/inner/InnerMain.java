package dev.anyloop.benchmarks.inner;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Measures one loop in this JVM: {@code InnerMain timers|tasks <loop> [<detail>…]}. Prints one line of JSON; what comes
 * before the last repetition is warm-up.
 */
public final class InnerMain {

    private static final int REPETITIONS = 5;
    private static final int TIMERS = 1_000_000;
    private static final int THREADS = 8;
    private static final int TASKS_PER_THREAD = 1_000_000;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private InnerMain() {}

    public static void main(String[] args) throws Exception {
        TaskLoop loop = loop(args);
        String line = "";
        for (int i = 0; i < REPETITIONS; i++) {
            line = args[0].equals("timers") ? timers(loop) : tasks(loop);
        }
        System.out.println(line);
        System.exit(0);
    }

    private static TaskLoop loop(String[] args) {
        return switch (args[1]) {
            case "anyloop" -> new AnyloopTasks(args[2], args.length > 3 ? args[3] : null);
            case "netty" -> new NettyTasks();
            default -> throw new IllegalArgumentException("no such loop: " + args[1]);
        };
    }

    private static String timers(TaskLoop loop) {
        CompletableFuture<Double> seconds = new CompletableFuture<>();
        loop.execute(() -> {
            long begun = SYSTEM.getProcessCpuTime(); // with the garbage that was made
            loop.addAndCancelTimers(TIMERS);
            seconds.complete((SYSTEM.getProcessCpuTime() - begun) / 1e9);
        });
        return String.format(Locale.ROOT, "{\"seconds\": %.4f}", seconds.join());
    }

    private static String tasks(TaskLoop loop) throws InterruptedException {
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
        return String.format(Locale.ROOT, "{\"rate\": %.0f, \"cpu\": %.4f}", THREADS * TASKS_PER_THREAD / seconds, cpuMicros);
    }
}
