package dev.anyloop.tck.rules;

import dev.anyloop.tck.rules.close.ClosingRules;
import dev.anyloop.tck.rules.close.ReleasingRules;
import dev.anyloop.tck.rules.half.EndRules;
import dev.anyloop.tck.rules.half.HalfCloseRules;
import dev.anyloop.tck.rules.read.PausingRules;
import dev.anyloop.tck.rules.read.ReadingRules;
import dev.anyloop.tck.rules.read.ResetRules;
import dev.anyloop.tck.rules.read.StoppedReadingRules;
import dev.anyloop.tck.rules.read.UrgentDataRules;
import dev.anyloop.tck.rules.timeout.SlowCallbackRules;
import dev.anyloop.tck.rules.timeout.TimeoutRules;
import dev.anyloop.tck.rules.timeout.WriteTimeoutRules;
import dev.anyloop.tck.rules.write.BulkRules;
import dev.anyloop.tck.rules.write.CompletionRules;
import dev.anyloop.tck.rules.write.FlushingRules;
import dev.anyloop.tck.rules.write.SuccessorRules;
import dev.anyloop.tck.rules.write.TooLateRules;
import dev.anyloop.tck.rules.write.WaterMarkRules;
import dev.anyloop.tck.rules.write.WritingRules;
import dev.anyloop.tck.run.Setting;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The chapters about sockets, over TCP in plain or secured, or over paths: the same tests on the same backend. Subclasses say
 * over what, by {@link Over}; which of them run, those say who run the kit.
 */
@ExtendWith(SocketChapters.Choice.class)
public abstract class SocketChapters {

    /** Which versions of TLS they are repeated over. */
    public static final String VERSIONS_PROPERTY = "tck.tls";

    /** Those that are named in the property, or in the environment, or else the newest; and what is no TLS. */
    static final class Choice implements ExecutionCondition {

        private static final String VARIABLE = "TCK_TLS";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Over over = context.getRequiredTestClass().getAnnotation(Over.class);
            String setting = Setting.of(VERSIONS_PROPERTY, VARIABLE);
            return over == null || over.value().isAmong(setting == null ? "1.3" : setting)
                    ? ConditionEvaluationResult.enabled(null)
                    : ConditionEvaluationResult.disabled(VERSIONS_PROPERTY + "=" + setting);
        }
    }

    /** Over what they run. */
    public final Medium medium() {
        return Medium.of(getClass());
    }

    /** Whether it has tests of a rule. */
    public static boolean covers(String rule) {
        return rule.matches("(READ|WRITE|HALF|TIMEOUT|CLOSE)-.*");
    }

    @Nested
    class Reading extends ReadingRules {}

    @Nested
    class Pausing extends PausingRules {}

    @Nested
    class StoppedReading extends StoppedReadingRules {}

    @Nested
    class UrgentData extends UrgentDataRules {}

    @Nested
    class Resets extends ResetRules {}

    @Nested
    class Writing extends WritingRules {}

    @Nested
    class Flushing extends FlushingRules {}

    @Nested
    class Completions extends CompletionRules {}

    @Nested
    class TooLate extends TooLateRules {}

    @Nested
    class Bulk extends BulkRules {}

    @Nested
    class WaterMarks extends WaterMarkRules {}

    @Nested
    class Successors extends SuccessorRules {}

    @Nested
    class HalfClose extends HalfCloseRules {}

    @Nested
    class End extends EndRules {}

    @Nested
    class Timeouts extends TimeoutRules {}

    @Nested
    class WriteTimeouts extends WriteTimeoutRules {}

    @Nested
    class SlowCallbacks extends SlowCallbackRules {}

    @Nested
    class Closing extends ClosingRules {}

    @Nested
    class Releasing extends ReleasingRules {}
}
