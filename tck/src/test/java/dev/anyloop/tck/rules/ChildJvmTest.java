package dev.anyloop.tck.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.tck.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

    private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), Duration.ofMillis(100));

    /** Containers and agents set such options; a kit that took what they print for a backend's words would fail there. */
    @Test
    void whatAJvmSaysOfOptionsFromItsEnvironmentIsNotWhatTheProgramSaid() throws Exception {
        List<String> shell = List.of("env", "JAVA_TOOL_OPTIONS=-Dsaid=heard", "JDK_JAVA_OPTIONS=-Dmore=heard");
        ChildJvm child = ChildJvm.run(shell, Speaker.class, ChildJvmTest.class, LIMITS);
        assertEquals("heard", child.out().strip());
        assertEquals("Picked up by nobody: heard", child.err().strip());
    }

    static final class Speaker {
        public static void main(String[] arguments) {
            System.out.println(System.getProperty("said"));
            System.err.println("Picked up by nobody: " + System.getProperty("more"));
        }
    }
}
