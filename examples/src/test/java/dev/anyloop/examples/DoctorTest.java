package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Doctor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process shows of its loops to another (WATCH-006). */
class DoctorTest {

    @Test
    void theLoopsOfAnotherProcessAreSeenByItsNumber() throws Exception {
        try (Program chat = Program.start(List.of("-Danyloop.backend=nio", "-Danyloop.jmx=true"), Program.classPath(), LineChat.class, 0)) {
            int port = chat.port();
            List<String> told = askFor(chat.pid(), 0);
            assertEquals("loop \"anyloop\" on nio, thread main: waiting", told.get(0).replaceFirst(", \\d+ turns", ""), told::toString);
            assertTrue(told.contains("  server on 0.0.0.0:" + port), told::toString);
        }
    }

    @Test
    void aProcessThatDoesNotShowThemIsSaidNotTo() throws Exception {
        try (Program chat = Program.start("nio", LineChat.class, 0)) {
            chat.port();
            assertTrue(askFor(chat.pid(), 0).get(0).contains("shows no loops"));
        }
    }

    @Test
    void aProcessThatIsNotThereIsNamed() throws Exception {
        List<String> told = askFor(Integer.MAX_VALUE, 1);
        assertTrue(told.get(0).contains("cannot look into process " + Integer.MAX_VALUE), told::toString);
    }

    private static List<String> askFor(long pid, int exitCode) throws Exception {
        try (Program doctor = Program.start(List.of(), Program.classPath(), Doctor.class, pid)) {
            return doctor.end(exitCode);
        }
    }
}
