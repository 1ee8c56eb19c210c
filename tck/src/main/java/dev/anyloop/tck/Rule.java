package dev.anyloop.tck;

import dev.anyloop.tck.rules.RuleExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test of rules of {@code docs/spec.md}. When it fails, the message begins with them. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(RuleExtension.class)
@SuppressWarnings("exports") // JUnit has to see the extension, authors need not
public @interface Rule {

    /**
     * The rules it shows, the main one first.
     *
     * @return one to three ids, for example {@code "TIMER-004"}
     */
    String[] value();
}
