package dev.anyloop.tck;

import dev.anyloop.tck.report.Subject;
import dev.anyloop.tck.rules.RuleTest;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.run.Setting;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the two kits, the one for the API and the one for the seam, have in common. */
@ExtendWith(KitExtension.class)
@SuppressWarnings("exports") // JUnit has to see the extension, authors need not
public abstract sealed class Kit permits EventLoopTck, TransportTck {

    private static final String REPORT_PROPERTY = "tck.report";
    private static final String REPORT_VARIABLE = "TCK_REPORT";

    Kit() {}

    /**
     * How long to wait.
     *
     * @return the limits, by default {@link Limits#defaults()}
     */
    protected Limits limits() {
        return Limits.defaults();
    }

    /**
     * Where its tests run.
     *
     * @return by default {@link World#real()}; another one for a backend whose network is not the system's. Asked before each
     *     test, on its thread.
     */
    protected World world() {
        return World.real();
    }

    /**
     * What the conformance matrix calls this backend; one with several transports or kernel methods has a column for each.
     *
     * @return a short name, for example {@code "netty/epoll"}
     */
    protected abstract String column();

    /**
     * Where the results go, as {@code <column>-<kit>.json}, when the last test is over and a line of counts is printed.
     *
     * @return a directory, which is made: by default system property {@code tck.report}, environment variable
     *     {@code TCK_REPORT} or {@code target/conformance}; null for no report and no line
     */
    protected @Nullable Path report() {
        String given = Setting.of(REPORT_PROPERTY, REPORT_VARIABLE);
        return Path.of(given == null ? "target/conformance" : given);
    }

    /** What is under test, for its report. */
    abstract Subject subject(Medium medium);

    /** Whether the backend declares what it takes. */
    abstract boolean has(Medium medium);

    /** Gives a test of this kit what it is about. */
    abstract void equip(RuleTest test, Medium medium);
}
