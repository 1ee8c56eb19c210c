package dev.anyloop.tck.rules;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a rule's test of what cannot hold for a socket that is secured so: there it is not run, and the report calls its rules
 * exempt, unless another test shows them.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface NotOver {

    /** A reason. */
    String NO_HALF_CLOSE = "in TLS 1.2 the end of one side is that of both (TLS-013)";

    /** Over these. */
    Security[] value();

    /** Why not. */
    String because();
}
