package dev.anyloop.tck;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.report.Subject;
import dev.anyloop.tck.rules.RuleTest;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.seam.Engine;
import dev.anyloop.tck.rules.seam.SeamChapter;
import dev.anyloop.tck.rules.seam.SeamAcceptRules;
import dev.anyloop.tck.rules.seam.SeamBothEndsRules;
import dev.anyloop.tck.rules.seam.SeamBusyRules;
import dev.anyloop.tck.rules.seam.SeamDatagramRules;
import dev.anyloop.tck.rules.seam.SeamDatagramWithinEventsRules;
import dev.anyloop.tck.rules.seam.SeamErrorRules;
import dev.anyloop.tck.rules.seam.SeamInputRules;
import dev.anyloop.tck.rules.seam.SeamMemoryRules;
import dev.anyloop.tck.rules.seam.SeamOutputRules;
import dev.anyloop.tck.rules.seam.SeamPollRules;
import dev.anyloop.tck.rules.seam.SeamReleaseRules;
import dev.anyloop.tck.rules.seam.SeamUnderWayRules;
import dev.anyloop.tck.rules.seam.SeamWaitingRules;
import dev.anyloop.tck.rules.seam.SeamWithinEventsRules;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Nested;

/**
 * The conformance kit for the seam, SEAM-001 to SEAM-018 of {@code docs/spec.md}: the first to run for a backend that is
 * being written, because it drives the transport by hand and no core is in the way. System properties as for
 * {@link EventLoopTck}.
 *
 * <pre>{@code
 * class MyTransportTckTest extends TransportTck {
 *     @Override protected Transport open() throws IOException { return new MyTransport(); }
 * }
 * }</pre>
 */
public abstract non-sealed class TransportTck extends Kit {

    /** Made by the backend's test class. */
    protected TransportTck() {}

    /**
     * A fresh transport, which belongs to the calling thread.
     *
     * @return the transport under test
     * @throws IOException if it cannot be opened
     */
    protected abstract Transport open() throws IOException;

    /** By default the name of the test class without {@code TransportTckTest}. */
    @Override
    protected String column() {
        return getClass().getSimpleName().replace("TransportTckTest", "").toLowerCase(Locale.ROOT);
    }

    @Override
    final Subject subject(Medium medium) {
        return new Subject(this::column, getClass()::getName, "seam", rule -> rule.startsWith("SEAM-"), report());
    }

    @Override
    final boolean has(Medium medium) {
        return medium == Medium.TCP;
    }

    @Override
    final void equip(RuleTest test, Medium medium) {
        if (test instanceof SeamChapter chapter) {
            chapter.use(new Engine(getClass(), this::open, this::limits, medium));
        }
    }

    @Nested
    class Polling extends SeamPollRules {}

    @Nested
    class Input extends SeamInputRules {}

    @Nested
    class Output extends SeamOutputRules {}

    @Nested
    class Releasing extends SeamReleaseRules {}

    @Nested
    class Accepting extends SeamAcceptRules {}

    @Nested
    class Busy extends SeamBusyRules {}

    @Nested
    class BothEnds extends SeamBothEndsRules {}

    @Nested
    class Datagrams extends SeamDatagramRules {}

    @Nested
    class DatagramsWithinEvents extends SeamDatagramWithinEventsRules {}

    @Nested
    class UnderWay extends SeamUnderWayRules {}

    @Nested
    class Waiting extends SeamWaitingRules {}

    @Nested
    class Errors extends SeamErrorRules {}

    @Nested
    class Memory extends SeamMemoryRules {}

    @Nested
    class WithinEvents extends SeamWithinEventsRules {}
}
