package dev.anyloop.sim;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs many times, each time in a {@link Simulation} with another seed, which it gets as its parameter.
 *
 * <p>When a run fails, its message has the seed, the command that repeats it, the faults without which it does not fail,
 * and what every host saw. The first run is made twice: if it did not go the same way, something in it is not simulated.
 * A fault that was asked for and has changed nothing in any run fails the test, for then it has not been tested.
 *
 * <p>{@code -Danyloop.sim.seed=…} makes one run with that seed.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {

    /**
     * How many runs are made.
     *
     * @return at least 1
     */
    int runs() default 100;
}
