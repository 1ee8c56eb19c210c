package dev.anyloop.tck.rules;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a rule's test, or a class of them, that is about the operating system itself: in a world without one it is not run, and the
 * report calls its rules exempt, unless another test shows them.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsSystem {

    /** What of it the tests are about. */
    String value();
}
