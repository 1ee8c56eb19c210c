package dev.anyloop.tck.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchdogTest {

    /** It ends when it has been told of, so this test would hang if it never were. */
    @Test
    @Timeout(60)
    void whatNothingEndsIsToldOfWhileItRuns() {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        Watchdog watchdog = new Watchdog(World.real(), Duration.ofMillis(50), stuck -> { });
        try {
            runUntil(said);
        } finally {
            watchdog.close();
            System.setErr(before);
        }
        String text = said.toString(UTF_8);
        assertTrue(text.startsWith("Anyloop TCK: the test is still running after PT0.05S, and nothing ends it\n"), text);
        assertTrue(text.contains("WatchdogTest.runUntil"), text);
    }

    /** Hears neither of a stop nor of an interrupt, as if it were in native code. */
    private static void runUntil(ByteArrayOutputStream said) {
        while (said.size() == 0) {
            Thread.onSpinWait();
        }
    }
}
