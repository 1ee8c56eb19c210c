package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a rule's test, or on a chapter, of what a backend may have: it is run where the backend declares that, and elsewhere the
 * report calls its rules exempt.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    /** All of this. */
    Capability[] value();
}
