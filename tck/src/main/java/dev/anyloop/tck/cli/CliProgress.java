package dev.anyloop.tck.cli;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
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
            out.println(finished.getDisplayName() + ": " + chapterTests + " tests");
            chapterTests = 0;
        }
    }

    int failures() {
        return failures;
    }
}
