package dev.anyloop.sim;

import dev.anyloop.sim.crypto.CheapCrypto;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.World;
import dev.anyloop.tck.rules.Over;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The kit on simulated hosts, by the same tests as for engines of this machine. Nothing waits there, so it keeps a processor
 * busy; that two can be, its chapters are in two classes. What runs over another medium than TCP has a report of its own anyway.
 */
abstract class SimTck extends EventLoopTck {

    private final SimWorld world = new SimWorld();

    @Override
    protected World world() {
        return world;
    }

    @Override
    protected EventLoopProvider provider() {
        return new SimEventLoopProvider();
    }

    @BeforeAll
    static void computeLittle() {
        CheapCrypto.install();
    }

    @AfterAll
    static void computeAgain() {
        CheapCrypto.remove();
    }

    @AfterEach
    void endTheWorld() {
        world.close();
    }

    /**
     * Which chapters run.
     *
     * @param overOthers those over another medium than TCP, or all that are not
     */
    record Half(boolean overOthers) implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Class<?> tests = context.getRequiredTestClass();
            boolean chapter = tests.getEnclosingClass() == EventLoopTck.class;
            return !chapter || tests.isAnnotationPresent(Over.class) == overOthers ? ConditionEvaluationResult.enabled(null)
                    : ConditionEvaluationResult.disabled("in the other class");
        }
    }
}
