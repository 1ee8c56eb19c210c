package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a rule's test of what a backend refuses that does not have something: it is run where the backend does not declare that, and
 * elsewhere the report calls its rules exempt.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Lacks {

    /** This. */
    Capability value();
}
