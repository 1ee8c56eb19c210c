package dev.anyloop.conformance.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.core.Loops;
import dev.anyloop.netty.NettyEventLoopProvider;
import dev.anyloop.nio.NioEventLoopProvider;
import io.netty.channel.uring.IoUring;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications bring Netty in versions of their own: each of them works or says why it does not (DISC-002, DISC-003). */
@Timeout(600)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class NettyVersionsTest {

    private static final Path FOLDER = Path.of("target", "netty-versions").toAbsolutePath();

    private static final String OLD = "4.1.118.Final";
    private static final String MIXED = "4.2.15.Final";
    private static final List<String> VERSIONS = List.of(OLD, "4.2.0.Final", "4.2.2.Final", "4.2.10.Final", "4.2.12.Final",
            "4.2.13.Final", MIXED);

    @BeforeAll
    static void fetch() throws Exception {
        assumeTrue(IoUring.isAvailable(), "no io_uring here");
        Jars.fetch("netty", FOLDER, VERSIONS.stream().flatMap(version -> jars(version).stream()).toList());
    }

    private static List<Jar> jars(String version) {
        List<Jar> jars = new ArrayList<>();
        for (String plain : List.of("buffer", "common", "resolver", "transport", "transport-native-unix-common",
                "transport-classes-epoll")) {
            jars.add(new Jar("io.netty", "netty-" + plain, version, ""));
        }
        jars.add(new Jar("io.netty", "netty-transport-native-epoll", version, "linux-x86_64"));
        if (!version.equals(OLD)) {
            jars.add(new Jar("io.netty", "netty-transport-classes-io_uring", version, ""));
            jars.add(new Jar("io.netty", "netty-transport-native-io_uring", version, "linux-x86_64"));
        }
        return jars;
    }

    private static List<Jar> with(List<Jar> jars, String artifact, String version) {
        return jars.stream()
                .map(jar -> jar.artifact().equals(artifact) ? new Jar(jar.group(), artifact, version, jar.classifier()) : jar)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.2.2.Final", "4.2.10.Final", "4.2.12.Final", "4.2.13.Final"})
    void beforeIoUringWasCompleteItIsRefusedAndTheOthersWork(String version) throws Exception {
        List<String> lines = run(jars(version));
        assertEquals(List.of(
                "epoll: Netty " + version + ", epoll",
                "epoll: echo on netty",
                "io_uring: Netty's transport \"io_uring\" cannot be used here: java.lang.NoSuchMethodError: 'void"
                        + " io.netty.channel.uring.IoUringIoEvent.<init>(int, int, byte, long)' (it needs Netty 4.2.14 or"
                        + " later, with all of Netty's jars in one version, for example by io.netty:netty-bom; found Netty "
                        + version + "); or use epoll or nio",
                "nio: Netty " + version + ", nio",
                "nio: echo on netty",
                "without a name: echo on netty"), lines);
    }

    @Test
    void allTransportsOfALaterOneWork() throws Exception {
        assertAllWork(run(jars(MIXED)), MIXED);
    }

    /** Different versions are no harm by themselves, but they are told. */
    @Test
    void aMixtureThatFitsWorksAndIsTold() throws Exception {
        assertAllWork(run(with(jars(MIXED), "netty-common", "4.2.13.Final")), MIXED + " with netty-common 4.2.13.Final");
    }

    private static void assertAllWork(List<String> lines, String version) {
        for (String transport : List.of("epoll", "io_uring", "nio")) {
            assertTrue(lines.contains(transport + ": Netty " + version + ", " + transport), lines::toString);
            assertTrue(lines.contains(transport + ": echo on netty"), lines::toString);
        }
        assertEquals("without a name: echo on netty", lines.get(lines.size() - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty-common", "netty-buffer"})
    void jarsOfTwoSeriesAreRefusedAndTheNextBackendIsTaken(String older) throws Exception {
        assertNoneWorks(run(with(jars(MIXED), older, OLD)), "Error", "found Netty " + MIXED + " with " + older + " " + OLD);
    }

    /** The buffers of 4.2.0 open, but they carry nothing. */
    @Test
    void jarsOfOneSeriesThatDoNotFitAreRefusedAndTheNextBackendIsTaken() throws Exception {
        assertNoneWorks(run(with(jars(MIXED), "netty-buffer", "4.2.0.Final")), "AbstractMethodError",
                "found Netty " + MIXED + " with netty-buffer 4.2.0.Final");
    }

    @Test
    void theSeriesBeforeIsRefusedAndTheNextBackendIsTaken() throws Exception {
        assertNoneWorks(run(jars(OLD)), "NoClassDefFoundError", "found Netty " + OLD);
    }

    /** It cannot wait for as long as it is told. */
    @Test
    void theFirstOfTheSeriesIsRefusedAndTheNextBackendIsTaken() throws Exception {
        assertNoneWorks(run(jars("4.2.0.Final")), "NoSuchMethodError", "found Netty 4.2.0.Final");
    }

    private static void assertNoneWorks(List<String> lines, String why, String found) {
        assertEquals(4, lines.size(), lines::toString);
        for (int i = 0; i < 3; i++) {
            assertTrue(lines.get(i).contains(" cannot be used here: java.lang."), lines::toString);
            assertTrue(lines.get(i).contains(why), lines::toString);
            assertTrue(lines.get(i).contains("(it needs Netty 4.2."), lines::toString);
            assertTrue(lines.get(i).contains(found), lines::toString);
        }
        assertEquals("without a name: echo on nio", lines.get(3));
    }

    /** What is printed in a process that has these jars of Netty, which has to be all that it says (LOOP-013). */
    private static List<String> run(List<Jar> netty) throws Exception {
        Stream<String> ours = Stream.of(EventLoop.class, Loops.class, NettyEventLoopProvider.class,
                NioEventLoopProvider.class, EachTransport.class).map(NettyVersionsTest::origin);
        String classPath = Stream.concat(ours, netty.stream().map(jar -> jar.in(FOLDER).toString()))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", classPath,
                EachTransport.class.getName());
        child.environment().remove("JAVA_TOOL_OPTIONS"); // which Java announces
        Path output = FOLDER.resolve("printed");
        Process process = child.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended && process.exitValue() == 0, () -> "does not end well: " + read(output));
        return read(output).lines().toList();
    }

    private static String origin(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
