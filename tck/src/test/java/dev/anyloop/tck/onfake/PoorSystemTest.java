package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.ChildJvm;
import java.util.List;

/** What core learns of the system's words where it cannot bring the errors about: nothing, and so nothing wrong. */
class PoorSystemTest {

    private static void assertHeard(String command, String... options) throws Exception {
        ChildJvm child = ChildJvm.runLimited(
                command + " && export LC_ALL=C LANGUAGE=", PoorSystem.class, PoorSystem.class, Limits.defaults(), options);
        assertEquals("heard", child.out() + child.err());
    }

    @Rule({"ERR-002", "RES-010"})
    void withoutDescriptorsNothingIsLearned() throws Exception {
        assertHeard("ulimit -n 100");
    }

    /** The system's resolver, which reads files and asks by sockets, does not tell that of a name that is not known. */
    @Rule({"RES-010", "CONN-005"})
    void aNameThatIsNotFoundWithoutDescriptorsMayBeKnown() throws Exception {
        ChildJvm child = ChildJvm.runLimited(
                "ulimit -n 100", WithoutDescriptors.class, WithoutDescriptors.class, Limits.defaults());
        assertEquals("DNS_FAILURE TOO_MANY_OPEN_FILES DNS_FAILURE", child.out() + child.err());
    }

    @Rule({"ERR-002", "UNIX-008"})
    void whereNoFileCanBeMadeNothingIsLearned() throws Exception {
        for (String directory : List.of("/no/such/directory", "/proc")) {
            assertHeard("ulimit -n 100", "-D" + PoorSystem.DIRECTORY + "=" + directory);
        }
    }
}
