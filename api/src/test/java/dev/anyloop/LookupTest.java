package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found by {@link java.util.ServiceLoader}, by way of the thread's class loader, and what the doctor says. */
class LookupTest {

    /** Registered by the tests. */
    public static final class Sound extends StubProvider {

        public Sound() {
            super("sound", 10, Availability.yes("sound 1.0"));
        }
    }

    /** Registered by the tests. */
    public static final class Unsound extends StubProvider {

        public Unsound() {
            super("unsound", 20, Availability.yes("unsound 1.0"));
            throw new IllegalStateException("no engine");
        }
    }

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path classPath;

    @BeforeEach
    void nameNone() {
        System.clearProperty("anyloop.backend");
    }

    @AfterEach
    void restore() {
        System.clearProperty("anyloop.backend");
        Thread.currentThread().setContextClassLoader(before);
    }

    private void register(String... providers) throws IOException {
        Path services = Files.createDirectories(classPath.resolve("META-INF/services"));
        Files.write(services.resolve(EventLoopProvider.class.getName()), List.of(providers));
        URL[] urls = {classPath.toUri().toURL()};
        Thread.currentThread().setContextClassLoader(new URLClassLoader(urls, before));
    }

    @Test
    void aProviderOfTheThreadsClassLoaderIsFound() throws IOException {
        register(Sound.class.getName());
        assertEquals("sound", Backends.found().choose(LoopOptions.defaults()).name());
    }

    @Test
    void brokenProvidersHideNoSoundOne() throws IOException {
        register(Unsound.class.getName(), "no.such.Provider", Sound.class.getName());
        assertEquals("sound", Backends.found().choose(LoopOptions.defaults()).name());
        assertEquals("""
                Found:
                  sound (priority 10): available, sound 1.0
                  a provider that cannot be loaded: dev.anyloop.spi.EventLoopProvider: Provider \
                dev.anyloop.LookupTest$Unsound could not be instantiated: java.lang.IllegalStateException: no engine
                  a provider that cannot be loaded: dev.anyloop.spi.EventLoopProvider: Provider \
                no.such.Provider not found""", Backends.found().describe());
    }

    @Test
    void aClassPathThatCannotBeReadIsToldAndNotReadForEver() {
        Thread.currentThread().setContextClassLoader(new ClassLoader(before) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("disk on fire");
            }
        });
        assertEquals("""
                Found:
                  a provider that cannot be loaded: dev.anyloop.spi.EventLoopProvider: \
                Error locating configuration files: java.io.IOException: disk on fire""", Backends.found().describe());
    }

    // ---- backends for a newer JDK ----

    private static final int JDK = Runtime.version().feature();

    private static final String NEEDS = "needs JDK " + (JDK + 1) + " or later, and this is JDK " + JDK;

    /** As much of it as a JVM reads before it refuses it. */
    private void addClassForTheNextJdk(String name) throws IOException {
        Path file = classPath.resolve(name.replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, ByteBuffer.allocate(64).putInt(0xCAFEBABE).putShort((short) 0).putShort((short) (44 + JDK + 1)).array());
    }

    @Test
    void oneForANewerJdkSaysSoAndTheNextIsTaken() throws IOException {
        addClassForTheNextJdk("dev.anyloop.uring.UringEventLoopProvider");
        register("dev.anyloop.uring.UringEventLoopProvider", Sound.class.getName());
        assertEquals("sound", Backends.found().choose(LoopOptions.defaults()).name());
        assertEquals("Found:\n  sound (priority 10): available, sound 1.0\n  uring: not available: " + NEEDS,
                Backends.found().describe());
    }

    @Test
    void anUnknownOneForANewerJdkSaysSoByItsClass() throws IOException {
        addClassForTheNextJdk("org.example.Provider");
        register("org.example.Provider");
        assertEquals("Found:\n  a provider that cannot be loaded: org.example.Provider " + NEEDS, Backends.found().describe());
    }

    @Test
    void oneForANewerJdkThatIsNamedIsRefusedWithTheReason() throws IOException {
        addClassForTheNextJdk("dev.anyloop.uring.UringEventLoopProvider");
        register("dev.anyloop.uring.UringEventLoopProvider", Sound.class.getName());
        LoopOptions named = LoopOptions.defaults().withBackend("uring");
        assertEquals("backend \"uring\", named by LoopOptions, is not available: " + NEEDS + "\n" + Backends.found().describe(),
                assertThrows(BackendUnavailableException.class, () -> Backends.found().choose(named)).getMessage());
    }

    /** As the loader of modules wraps it. */
    @Test
    void theReasonIsFoundBehindOthers() {
        Error unsupported = new UnsupportedClassVersionError("org/example/P has been compiled by a more recent version of the Java "
                + "Runtime (class file version 99.0), this version of the Java Runtime only recognizes class file versions up to 61.0");
        assertEquals("a provider that cannot be loaded: org.example.P needs JDK 55 or later, and this is JDK " + JDK,
                Unloadable.because(new ServiceConfigurationError("no", unsupported)).description());
        assertEquals("a provider that cannot be loaded: what?",
                Unloadable.because(new UnsupportedClassVersionError("what?")).description());
    }

    @Test
    void openWithoutABackendSaysWhatToDo() {
        String message = assertThrows(BackendUnavailableException.class, EventLoop::open).getMessage();
        assertEquals("no backend is available on the class path", message.lines().findFirst().orElse(""));
        assertEquals(message, assertThrows(BackendUnavailableException.class, () -> EventLoop.start(loop -> {}))
                .getMessage());
    }

    // ---- backends of this project whose entry is missing ----

    /** No class of it is loaded, so it need not be one. */
    private void addClassesOfNetty() throws IOException {
        Path file = classPath.resolve("dev/anyloop/netty/NettyEventLoopProvider.class");
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private static final String NETTY_IS_HERE = "\n  netty: its classes are here, but no"
            + " META-INF/services/dev.anyloop.spi.EventLoopProvider names dev.anyloop.netty.NettyEventLoopProvider";

    @Test
    void oneWhoseClassesAreThereIsToldThoughNoServiceNamesIt() throws IOException {
        addClassesOfNetty();
        register(Sound.class.getName());
        assertEquals("Found:\n  sound (priority 10): available, sound 1.0" + NETTY_IS_HERE, Backends.found().describe());
    }

    @Test
    void oneForANewerJdkHidesNoneWhoseEntryIsMissing() throws IOException {
        addClassesOfNetty();
        addClassForTheNextJdk("dev.anyloop.uring.UringEventLoopProvider");
        register("dev.anyloop.uring.UringEventLoopProvider");
        assertEquals("Found:\n  uring: not available: " + NEEDS + NETTY_IS_HERE, Backends.found().describe());
    }

    @Test
    void oneThatIsNamedAndCannotBeLoadedIsNotToldTwice() throws IOException {
        addClassesOfNetty();
        register("dev.anyloop.netty.NettyEventLoopProvider");
        String found = Backends.found().describe();
        assertTrue(found.contains("a provider that cannot be loaded: "), found);
        assertFalse(found.contains(NETTY_IS_HERE), found);
    }

    // ---- the doctor ----

    private static final String RUNTIME = "Java " + System.getProperty("java.version") + " on "
            + System.getProperty("os.name") + " " + System.getProperty("os.arch") + "\n";

    @Test
    void theDoctorTellsThatThereIsNothing() {
        assertEquals(RUNTIME + """
                Found: none
                EventLoop.open() fails: no backend is available on the class path""", Doctor.report());
    }

    @Test
    void theDoctorTellsWhatThereIsAndWhichIsTaken() throws IOException {
        register(Sound.class.getName());
        assertEquals(RUNTIME + """
                Found:
                  sound (priority 10): available, sound 1.0
                EventLoop.open() takes: sound""", Doctor.report());
    }

    @Test
    void theDoctorHeedsTheProperty() throws IOException {
        register(Sound.class.getName());
        System.setProperty("anyloop.backend", "other");
        assertEquals(RUNTIME + """
                Found:
                  sound (priority 10): available, sound 1.0
                EventLoop.open() fails: backend "other", named by -Danyloop.backend, was not found""",
                Doctor.report());
    }

    /** As a runtime that was linked for an application has. */
    @Test
    void theDoctorSaysWhatItLacksToLookIntoAnotherProcess() throws Exception {
        Process doctor = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--limit-modules",
                "java.base", "-cp", Path.of(Doctor.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                Doctor.class.getName(), "1").redirectErrorStream(true).start();
        String said = new String(doctor.getInputStream().readAllBytes());
        assertEquals(1, doctor.waitFor());
        assertTrue(said.startsWith("this runtime cannot look into other processes: ") && said.contains("jdk.attach")
                && said.lines().count() == 1, said);
    }
}
