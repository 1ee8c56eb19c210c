package dev.anyloop.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@link Rule} test that depends on the machine's mood: of so many tries more than half have to pass. When that is decided,
 * there is no further one. The report says how many passed, of how many there were. In a {@link World} without a system, where
 * time is virtual, all tries would be the same: there is one, and it has to pass.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Stochastic {

    /**
     * How many tries there are at the most.
     *
     * @return an odd number
     */
    int value();
}
