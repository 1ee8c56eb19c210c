package dev.anyloop.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.opentest4j.TestAbortedException;

/** Tests that end in every way; {@link JobsTest} has them run by other processes. */
class SharedSamples extends EventLoopTck {

    /** The directory of their report. */
    static final String REPORT = "anyloop.test.report";

    static final int EXIT = 3;

    @Override
    protected EventLoopProvider provider() {
        return new FakeEventLoopProvider();
    }

    @Override
    protected Path report() {
        return Path.of(System.getProperty(REPORT));
    }

    @Nested
    class SharedKit extends Chapter {

        @Rule("TIMER-001")
        void sharedAndPasses() {
            assertEquals("main", Thread.currentThread().getName());
        }

        @Rule("TIMER-002")
        void sharedAndFails() {
            fail("in process " + ProcessHandle.current().pid() + "\nand more");
        }

        @Rule("TIMER-003")
        void sharedAndSkipped() {
            throw new TestAbortedException("not here");
        }

        @Rule("LISTEN-014")
        void sharedAndBreached() {
            fail("it does not");
        }

        @Rule("TIMER-005")
        @NeedsSystem("nothing that this one has not")
        void sharedAndPassesToo() {}

        @Rule("TIMER-007")
        void neverEnds() throws Exception {
            Files.createFile(Path.of(System.getProperty(REPORT), String.valueOf(ProcessHandle.current().pid())));
            Thread.sleep(Long.MAX_VALUE);
        }

        @Rule("TIMER-006")
        void endsItsProcess() {
            Runtime.getRuntime().halt(EXIT);
        }
    }
}
