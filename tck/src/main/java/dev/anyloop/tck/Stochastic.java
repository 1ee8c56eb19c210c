package dev.anyloop.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@link Rule} test that depends on the machine's mood: it runs so many times, and more than half of them have to
 * pass. The report says how many did.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Stochastic {

    /**
     * How many times it runs.
     *
     * @return an odd number
     */
    int value();
}
