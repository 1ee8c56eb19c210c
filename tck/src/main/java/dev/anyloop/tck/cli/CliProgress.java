package dev.anyloop.tck.cli;

import static java.util.stream.Collectors.joining;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** A line for each chapter while the kit runs, and every failure in full. */
final class CliProgress implements TestExecutionListener {

    private final PrintStream out;
    private int chapterTests;
    private int failures;

    CliProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            failures++;
            out.println("FAIL " + finished.getDisplayName());
            result.getThrowable().ifPresent(failure -> out.println(String.valueOf(failure.getMessage()).indent(2)));
        }
        if (finished.isTest()) {
            chapterTests++;
        } else if (chapterTests > 0) {
            out.println(chapter(finished) + ": " + chapterTests + " tests");
            chapterTests = 0;
        }
    }

    /** With what it is in, since some chapters run more than once, over other connections. */
    private static String chapter(TestIdentifier container) {
        return container.getUniqueIdObject().getSegments().stream()
                .filter(segment -> segment.getType().equals("nested-class"))
                .map(UniqueId.Segment::getValue)
                .collect(joining(" "));
    }

    int failures() {
        return failures;
    }
}
