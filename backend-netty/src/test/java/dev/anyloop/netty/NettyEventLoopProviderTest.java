package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.LoopOptions;
import dev.anyloop.spi.Availability;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyEventLoopProviderTest {

    private final NettyEventLoopProvider provider = new NettyEventLoopProvider();

    @AfterEach
    void nameNoTransport() {
        System.clearProperty(Choice.PROPERTY);
    }

    @Test
    void itIsAvailableAndTellsOnWhatItRuns() {
        Availability availability = provider.availability();
        assertTrue(availability.available());
        assertTrue(availability.detail().matches("Netty 4\\.2\\.\\d+\\.Final, (epoll|nio)"), availability.detail());
    }

    @Test
    void thePropertyNamesTheTransport() {
        System.setProperty(Choice.PROPERTY, "nio");
        assertTrue(provider.availability().detail().endsWith(", nio"));
    }

    @Test
    void aBlankPropertyNamesNone() {
        String detail = provider.availability().detail();
        System.setProperty(Choice.PROPERTY, " ");
        assertEquals(detail, provider.availability().detail());
        provider.open(LoopOptions.defaults()).close();
    }

    @Test
    void theOptionGoesBeforeTheProperty() {
        System.setProperty(Choice.PROPERTY, "nonsense");
        provider.open(LoopOptions.defaults().withTransport("nio")).close();
    }

    @Test
    void anUnknownTransportIsRefusedWithTheKnownOnes() {
        LoopOptions options = LoopOptions.defaults().withTransport("kqueue");
        String message = assertThrows(IllegalArgumentException.class, () -> provider.open(options)).getMessage();
        assertEquals("Backend netty has no transport \"kqueue\" "
                + "(use one of epoll, io_uring, nio, or none to let it choose)", message);
    }

    @Test
    void anUnknownTransportInThePropertyMakesItUnavailable() {
        System.setProperty(Choice.PROPERTY, "kqueue");
        assertFalse(provider.availability().available());
        assertThrows(IllegalArgumentException.class, () -> provider.open(LoopOptions.defaults()));
    }

    @Test
    void itTellsEachTimeThatNettyIsMissing() throws Exception {
        List<String> lines = run(WithoutNetty.class, "io" + File.separator + "netty");
        assertEquals(2, lines.size(), lines::toString);
        assertEquals(lines.get(0), lines.get(1));
        assertTrue(lines.get(0).contains("NoClassDefFoundError: io/netty/"), lines.get(0));
        assertTrue(lines.get(0).contains("(add io.netty:netty-transport 4.2 to the class path)"), lines.get(0));
    }

    @Test
    void itRunsWithoutWhatIsOptional() throws Exception {
        List<String> lines = run(WithoutNatives.class, "netty-transport-classes-", "netty-transport-native-");
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("Availability[available=true, detail=Netty 4.2."), lines.get(0));
        assertTrue(lines.get(0).endsWith(", nio]"), lines.get(0));
        assertEquals("served", lines.get(1));
        assertExplained("epoll", "NoClassDefFoundError", lines.get(2));
        assertExplained("io_uring", "NoClassDefFoundError", lines.get(3));
    }

    @Test
    void itTellsWhenOnlyTheNativeLibraryIsMissing() throws Exception {
        List<String> lines = run(WithoutNatives.class, "netty-transport-native-epoll", "netty-transport-native-io_uring");
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains(", nio, because epoll cannot be used: java.lang.UnsatisfiedLinkError: "), lines.get(0));
        assertExplained("epoll", "UnsatisfiedLinkError", lines.get(2));
        assertExplained("io_uring", "UnsatisfiedLinkError", lines.get(3));
    }

    private static void assertExplained(String transport, String why, String message) {
        assertTrue(message.startsWith("Netty's transport \"" + transport + "\" cannot be used here: "), message);
        assertTrue(message.contains(why), message);
        assertTrue(message.contains("(add io.netty:netty-transport-native-" + transport + " 4.2."), message);
    }

    /** What it prints in a process whose class path lacks the jars of these names. */
    private static List<String> run(Class<?> main, String... missing) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Arrays.stream(missing).noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                java, "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", classPath, main.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }
}
