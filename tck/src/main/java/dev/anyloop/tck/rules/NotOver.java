package dev.anyloop.tck.rules;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a rule's test of what cannot hold for a socket over something: there it is not run, and the report calls its rules exempt,
 * unless another test shows them.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NotOver.Several.class)
public @interface NotOver {

    /** A reason. */
    String NO_HALF_CLOSE = "in TLS 1.2 the end of one side is that of both (TLS-013)";

    /** Another. */
    String NO_RST = "a Unix-domain socket is reset only by a peer that has not read all, and this one has";

    /** Another. */
    String READ_AHEAD = "what came with the last of the handshake had been read already (SEAM-011)";

    /** Another. */
    String TAKES_POLLS = "the peer of a secured connection is there when hands are shaken, and reads whole records: that takes polls";

    /** Another. */
    String IS_BELOW = "polling and accepting are the engine's, below TLS, and thousands of handshakes take long";

    /** Over these. */
    Medium[] value();

    /** Why not. */
    String because();

    /** For different reasons. */
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Several {

        /** These. */
        NotOver[] value();
    }
}
