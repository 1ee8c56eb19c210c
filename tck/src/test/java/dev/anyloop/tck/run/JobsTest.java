package dev.anyloop.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.RuleExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A kit that several processes share ends as one that is run by a single one. */
class JobsTest {

    private static final String JOBS = "tck.jobs";

    @TempDir
    Path directory;

    private final Map<String, @Nullable String> before = new HashMap<>();

    @BeforeEach
    void haveTwo() {
        set(JOBS, "2");
        set(SharedSamples.REPORT, directory.toString());
    }

    private void set(String property, String value) {
        String old = System.setProperty(property, value);
        if (!before.containsKey(property)) {
            before.put(property, old);
        }
    }

    @AfterEach
    void restore() {
        before.forEach((property, value) -> {
            if (value == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
    }

    private Map<String, TestExecutionResult> run(String include) {
        set(RuleExtension.INCLUDE_PROPERTY, include);
        Map<String, TestExecutionResult> results = new TreeMap<>();
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass(SharedSamples.class))
                        .build(),
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (test.isTest()) {
                            results.put(test.getDisplayName().replace("()", ""), result);
                        }
                    }
                });
        return results;
    }

    private static String message(TestExecutionResult result) {
        return result.getThrowable().orElseThrow().getMessage();
    }

    @Test
    void eachTestEndsAsInTheOtherProcess() throws IOException {
        Map<String, TestExecutionResult> results = run("sharedAnd*");
        assertEquals(List.of("sharedAndBreached", "sharedAndFails", "sharedAndPasses", "sharedAndPassesToo", "sharedAndSkipped"),
                List.copyOf(results.keySet()));
        assertEquals(Status.SUCCESSFUL, results.get("sharedAndPasses").getStatus());
        assertEquals(Status.SUCCESSFUL, results.get("sharedAndPassesToo").getStatus());
        assertEquals(Status.ABORTED, results.get("sharedAndBreached").getStatus());
        assertEquals(Status.ABORTED, results.get("sharedAndSkipped").getStatus());
        assertEquals("not here", message(results.get("sharedAndSkipped")));
        assertTrue(message(results.get("sharedAndBreached")).startsWith("LISTEN-014 SHOULD — "), message(results.get("sharedAndBreached")));
        List<String> failure = message(results.get("sharedAndFails")).lines().toList();
        assertTrue(failure.get(0).startsWith("TIMER-002 MUST — "), failure.get(0));
        assertTrue(failure.get(1).startsWith("  in process "), failure.get(1));
        assertFalse(failure.get(1).endsWith(" " + ProcessHandle.current().pid()), "it ran here");
        assertEquals("and more", failure.get(2));
        assertTrue(failure.stream().anyMatch(line -> line.startsWith("    at ") && line.contains(".sharedAndFails(")), failure.toString());
        String report = Files.readString(directory.resolve("fake-loop.json"));
        assertTrue(report.contains("\"TIMER-001\": \"PASS\"") && report.contains("\"TIMER-002\": \"FAIL\"")
                && report.contains("\"TIMER-003\": \"SKIPPED (not here)\"")
                && report.contains("\"LISTEN-014\": \"BREACH (it does not)\""), report);
    }

    @Test
    void aTestWhoseProcessHasEndedFailsAndSaysHow() {
        Map<String, TestExecutionResult> results = run("endsItsProcess,sharedAndPasses");
        assertEquals(Status.SUCCESSFUL, results.get("sharedAndPasses").getStatus());
        assertEquals(Status.FAILED, results.get("endsItsProcess").getStatus());
        String message = message(results.get("endsItsProcess"));
        assertTrue(message.contains("exit code " + SharedSamples.EXIT + "\n"), message);
    }

    @Test
    void aNumberThatIsNoneIsRefused() {
        set(JOBS, "0");
        assertEquals("tck.jobs is not a number of processes from 1 to 64: \"0\"", message(run("sharedAndPasses").get("sharedAndPasses")));
    }

    @Test
    void whoIsRefusedLeavesNoDirectory() throws Exception {
        ChildJvm.run(Job.class, SharedSamples.class, Limits.defaults(), "-Dtck.jobs=0", "-Djava.io.tmpdir=" + directory,
                "-D" + SharedSamples.REPORT + "=" + directory, "-Dtck.include=sharedAndPasses");
        assertEquals(List.of(), files(directory).filter(name -> name.startsWith("tck-jobs")).toList());
    }

    private static Stream<String> files(Path directory) {
        return Arrays.stream(Objects.requireNonNull(directory.toFile().list()));
    }

    @Test
    void theOthersEndWithTheOneThatHasStartedThem(@TempDir Path running) throws Exception {
        Process parent = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dtck.jobs=2",
                "-Djava.io.tmpdir=" + directory, "-D" + SharedSamples.REPORT + "=" + running, "-Dtck.include=neverEnds",
                "-cp", System.getProperty("java.class.path"), Job.class.getName(), SharedSamples.class.getName())
                .redirectErrorStream(true).redirectOutput(directory.resolve("said").toFile()).start();
        try {
            await(() -> files(running).findAny().isPresent(), "no process runs the test");
        } finally {
            parent.destroyForcibly().waitFor();
        }
        long pid = Long.parseLong(files(running).findAny().orElseThrow());
        try {
            await(() -> ProcessHandle.of(pid).isEmpty(), "it goes on");
        } finally {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Processes load and compile all that they need, one after the other: on a busy machine that takes its time. */
    private static void await(BooleanSupplier condition, String otherwise) {
        Await.until(Limits.defaults().mustHappen().multipliedBy(5), condition, () -> otherwise);
    }

    @Test
    void withOneAllRunsHere() {
        set(JOBS, "1");
        String message = message(run("sharedAndFails").get("sharedAndFails"));
        assertTrue(message.contains("in process " + ProcessHandle.current().pid() + "\n"), message);
    }
}
