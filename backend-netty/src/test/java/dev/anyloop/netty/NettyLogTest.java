package dev.anyloop.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Netty has to say goes to loggers, which are the application's to configure (LOOP-013). */
@Timeout(60)
class NettyLogTest {

    private static final String DEFAULT = "handlers = java.util.logging.ConsoleHandler\n";

    @TempDir
    private Path folder;

    @Test
    void theDocumentedLineKeepsItFromBeingPrinted() throws Exception {
        String printed = printed(DEFAULT);
        assertTrue(printed.contains("io.netty.machineId"), "Netty has said nothing: " + printed);
        assertEquals("", printed(DEFAULT + "io.netty.level = SEVERE\n"));
    }

    /** To standard error, in a process where Netty does not like a property. */
    private String printed(String configuration) throws IOException, InterruptedException {
        Path logging = Files.writeString(folder.resolve("logging.properties"), configuration);
        Path error = folder.resolve("error");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-Djava.util.logging.config.file=" + logging, "-Dio.netty.machineId=nonsense",
                        "-D" + Choice.PROPERTY + "=nio", "-cp", System.getProperty("java.class.path"),
                        PrintAvailability.class.getName()))
                .redirectError(error.toFile())
                .start();
        String availability = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor());
        assertTrue(availability.contains("available=true"), availability);
        return Files.readString(error, UTF_8);
    }

    /** Runs in a process of its own. */
    static final class PrintAvailability {

        private PrintAvailability() {}

        public static void main(String[] args) {
            System.out.println(new NettyEventLoopProvider().availability());
        }
    }
}
