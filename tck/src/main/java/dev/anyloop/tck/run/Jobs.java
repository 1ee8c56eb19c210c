package dev.anyloop.tck.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The processes that share a kit, as the one that has started them sees them. Most of what a kit takes it waits: for what has to
 * happen, and to see that something does not. It cannot wait for two tests at once within a process, whose descriptors, threads
 * and memory it counts after each of them; in several it can.
 */
public final class Jobs implements AutoCloseable {

    private static final String PROPERTY = "tck.jobs";
    private static final String VARIABLE = "TCK_JOBS";
    private static final int MOST = 64;

    private static final Namespace NAMESPACE = Namespace.create(Jobs.class);

    /** Each process has its own of these, or they are its parent's business. */
    private static final Pattern NOT_HANDED_ON =
            Pattern.compile("(java|jdk|sun|os|user|file|line|path|native|stdin|stdout|stderr|surefire|basedir)(\\..*)?");
    private static final Pattern AGENT = Pattern.compile("-(agent|javaagent|Xrunjdwp).*");

    // set once in a process, before the run
    private static @Nullable List<String> command;

    private final Path directory;
    private final Board board;
    private final List<Process> processes = new ArrayList<>();

    private Jobs() throws IOException {
        directory = Files.createTempDirectory("tck-jobs");
        board = new Board(directory);
    }

    private void start(Class<?> kit, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            File said = said(i).toFile();
            processes.add(new ProcessBuilder(command(kit)).redirectErrorStream(true).redirectOutput(said).start());
        }
    }

    private Path said(int process) {
        return directory.resolve("said-" + process);
    }

    /** Whether others run the tests of this process. */
    public static boolean areWanted() {
        String set = Setting.of(PROPERTY, VARIABLE);
        return set != null && !set.equals("1") && !Job.isOne();
    }

    /** From now on, by another main class and what it is given. */
    public static void by(List<String> another) {
        command = List.copyOf(another);
    }

    /** Those of a test's kit, which begin with its first test and are gone after its last. */
    public static Jobs of(ExtensionContext test) {
        ExtensionContext kit = test;
        while (kit.getParent().isPresent() && kit.getParent().get().getTestClass().isPresent()) {
            kit = kit.getParent().get();
        }
        return kit.getStore(NAMESPACE).getOrComputeIfAbsent(kit.getRequiredTestClass(), Jobs::start, Jobs.class);
    }

    private static Jobs start(Class<?> kit) {
        int count = count(); // first: if it is none, nothing is left behind
        try {
            Jobs jobs = new Jobs();
            try {
                jobs.start(kit, count);
                return jobs;
            } catch (IOException e) {
                jobs.close(); // with those that could be started
                throw e;
            }
        } catch (IOException e) {
            throw new AssertionError("not so many processes can be started: " + PROPERTY + "=" + count, e);
        }
    }

    private static int count() {
        String set = Objects.requireNonNull(Setting.of(PROPERTY, VARIABLE));
        int count = set.matches("\\d{1,3}") ? Integer.parseInt(set) : 0;
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "%s is not a number of processes from 1 to %d: \"%s\"", PROPERTY, MOST, set));
        }
        return count;
    }

    /** As this process was started, as far as its tests can see. */
    private List<String> command(Class<?> kit) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !AGENT.matcher(option).matches())
                .forEach(words::add);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> !NOT_HANDED_ON.matcher(name).matches())
                .forEach(name -> words.add("-D" + name + "=" + System.getProperty(name)));
        words.add("-Dtck.seed=" + Seed.current().value());
        words.add("-D" + Job.PROPERTY + "=" + directory);
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.addAll(command == null ? List.of(Job.class.getName(), kit.getName()) : command);
        return words;
    }

    /** Waits until one of them has run a test. */
    public Outcome outcome(String test) throws IOException, InterruptedException {
        while (true) {
            boolean isAnybodyThere = processes.stream().anyMatch(Process::isAlive);
            Outcome outcome = board.get(test);
            if (outcome != null) {
                return outcome;
            } else if (!isAnybodyThere) {
                throw new AssertionError("no process has run this test:\n" + whatTheySaid());
            }
            Thread.sleep(2);
        }
    }

    private String whatTheySaid() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < processes.size(); i++) {
            text.append("exit code ").append(processes.get(i).exitValue()).append('\n')
                    .append(Files.readString(said(i), UTF_8));
        }
        return text.toString();
    }

    /** They have nothing left to do, unless only some of the tests were asked for. */
    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.destroyForcibly().onExit().join();
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
