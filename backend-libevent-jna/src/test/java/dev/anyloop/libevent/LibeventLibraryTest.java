package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Doctor;
import dev.anyloop.EventLoop;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told when libevent cannot be used: what was tried, what was found, and the way out. */
class LibeventLibraryTest {

    private static final String WAY_OUT =
            "  install: Debian, Ubuntu: apt-get install libevent-core-2.1-7 | Fedora: dnf install libevent\n"
                    + "  or use another backend: add anyloop-nio (pure JDK), or set -Danyloop.backend=nio";

    @TempDir
    private Path folder;

    @BeforeAll
    static void onlyOnLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
    }

    private static String refusal(Path path) {
        return refusal(path.toString(), List.of());
    }

    private static String refusal(String path, List<String> names) {
        return assertThrows(BackendUnavailableException.class, () -> LibeventLibrary.find(path, names)).getMessage();
    }

    /** A library of one's own making, if there is a compiler. */
    private Path compiled(String source) throws IOException, InterruptedException {
        Path code = Files.writeString(folder.resolve("stub.c"), source);
        Path library = folder.resolve("libstub.so");
        try {
            Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library.toString(), code.toString())
                    .inheritIO().start();
            assertEquals(0, gcc.waitFor());
        } catch (IOException e) {
            abort("no gcc here");
        }
        return library;
    }

    @Test
    void absent() {
        assertEquals("""
                libevent 2.1 or newer was not found.
                  tried: -Danyloop.libevent (unset)
                         nonesuch-2.1: libnonesuch-2.1.so: cannot open shared object file: No such file or directory
                         nonesuch: libnonesuch.so: cannot open shared object file: No such file or directory
                """ + WAY_OUT, refusal(null, List.of("nonesuch-2.1", "nonesuch")));
    }

    @Test
    void aBlankPropertyNamesNone() {
        List<String> names = List.of("nonesuch");
        assertEquals(refusal(null, names), refusal("", names));
        assertEquals(refusal(null, names), refusal(" ", names));
    }

    @Test
    void aFileThatIsNoLibrary() throws IOException {
        Path file = Files.writeString(folder.resolve("libevent.so"), "x".repeat(10_000));
        assertEquals("""
                libevent 2.1 or newer was not found.
                  tried: -Danyloop.libevent, which is set
                         %1$s: %1$s: invalid ELF header
                """.formatted(file) + WAY_OUT, refusal(file));
    }

    @Test
    void aPathThatIsNotAbsolute() {
        assertEquals("""
                libevent 2.1 or newer was not found.
                  tried: -Danyloop.libevent=libevent.so: it must be an absolute path
                """ + WAY_OUT, refusal(Path.of("libevent.so")));
    }

    /** As with letters where Java runs in the locale C: it is not JNA's trouble. */
    @Test
    void aPathThatIsNoneToTheJdk() {
        String message = refusal("/no/such\0file", List.of());
        assertTrue(message.startsWith("libevent 2.1 or newer was not found.\n  tried: -Danyloop.libevent, which is set\n"), message);
    }

    @Test
    void tooOld() throws Exception {
        Path library = compiled("int event_get_version_number(void) { return 0x02001600; }");
        String message = refusal(library);
        assertTrue(message.contains(library + ": is version 2.0, too old\n"), message);
    }

    @Test
    void anotherLibraryAltogether() throws Exception {
        String message = refusal(compiled("int nothing_of_the_kind;"));
        assertTrue(message.contains("undefined symbol: event_get_version_number\n"), message);
    }

    @Test
    void aFunctionIsMissing() throws Exception {
        String message = refusal(compiled("int event_get_version_number(void) { return 0x02010c00; }"));
        assertTrue(message.contains("undefined symbol: event_"), message);
    }

    @Test
    void theNamesFindWhatTheSystemHas() {
        Need.libevent();
        LibeventLibrary.find(null, LibeventLibrary.NAMES);
    }

    @Test
    void neitherEpollNorPollAllowed() throws Exception {
        Need.libevent();
        String report =
                new ChildJvm().environment("EVENT_NOEPOLL").environment("EVENT_NOPOLL").run(Doctor.class).output();
        assertTrue(report.contains("libevent (priority 20): not available: libevent may use neither epoll nor poll here"
                + " (are the environment variables EVENT_NOEPOLL and EVENT_NOPOLL set?),"
                + " and its select ends the process at descriptor 1024"), report);
    }

    @Test
    void nativeAccessIsDenied() throws Exception {
        String report =
                new ChildJvm().on(jdk24OrLater()).with("--illegal-native-access=deny").run(Doctor.class).output();
        assertTrue(report.contains("not available: JNA cannot be used: java.lang.IllegalCallerException: "), report);
        assertTrue(report.contains("allow it: --enable-native-access=ALL-UNNAMED"), report);
    }

    /** What JNA has to say goes to loggers, which are the application's to configure (LOOP-013). */
    @Test
    void theDocumentedLineKeepsWhatJnaSaysFromBeingPrinted() throws Exception {
        Path file = Files.createFile(folder.resolve("no-directory"));
        Path logging = folder.resolve("logging.properties");
        for (String level : List.of("INFO", "SEVERE")) {
            Files.writeString(logging, "handlers = java.util.logging.ConsoleHandler\ncom.sun.jna.level = " + level + "\n");
            String output = new ChildJvm()
                    .with("-Djna.tmpdir=" + file.resolve("below"), "-Djava.util.logging.config.file=" + logging)
                    .run(Doctor.class).output();
            assertEquals(level.equals("INFO"), output.contains("JNA Warning"), output);
            assertTrue(output.contains("JNA cannot be used"), output);
        }
    }

    private static Path jdk24OrLater() throws IOException {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        try (Stream<Path> found = Files.list(Path.of("/usr/lib/jvm"))) {
            found.forEach(homes::add);
        } catch (IOException e) {
            // Then there is the one that runs this.
        }
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(release)
                    && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(2[4-9]|[3-9]\\d)\\b.*")) {
                return home;
            }
        }
        return abort("no JDK 24 or later here");
    }

    @Test
    void jnaHasNowhereToUnpack() throws Exception {
        Path nowhere = Files.createFile(folder.resolve("file")).resolve("folder"); // even for root
        String report = new ChildJvm().with("-Djna.tmpdir=" + nowhere).run(Doctor.class).output();
        assertTrue(report.contains("not available: JNA cannot be used: java.lang.UnsatisfiedLinkError: "), report);
        assertTrue(report.contains("-Djna.tmpdir names the directory"), report);
    }

    @Test
    void jnaMayNotUseTheNativePartInItsJar() throws Exception {
        String report = new ChildJvm().with("-Djna.nounpack=true").run(Doctor.class).output();
        assertTrue(report.contains("not available: JNA cannot be used: java.lang.UnsatisfiedLinkError: "), report);
        assertTrue(report.contains("without these that are set JNA uses the native part in its jar: -Djna.nounpack=true"),
                report);
    }

    @Test
    void aLibraryOfAnotherMachine() throws IOException {
        byte[] elf32 = new byte[4096];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1}, 0, elf32, 0, 7);
        Path file = Files.write(folder.resolve("libevent32.so"), elf32);
        assertTrue(refusal(file).contains(file + ": wrong ELF class: ELFCLASS32\n"), refusal(file));
    }

    /** libevent itself would end the process here. */
    @Test
    void outOfDescriptors() throws Exception {
        Need.libevent();
        ChildJvm.Result result = new ChildJvm().descriptors(100).run(OpensTooMany.class);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains(
                "Backend libevent cannot open an event base: eventfd: "), result.output());
        assertFalse(result.output().contains("[err]"), result.output());
    }

    static final class OpensTooMany {
        public static void main(String[] args) {
            EventLoop.open().close(); // loads what there is to load
            List<EventLoop> loops = new ArrayList<>();
            try {
                while (loops.size() < 100) {
                    loops.add(EventLoop.open());
                }
            } catch (BackendUnavailableException e) {
                loops.forEach(EventLoop::close);
                System.out.println(e.getMessage());
            }
        }
    }

    /** As above, from two threads at once. */
    @Test
    void outOfDescriptorsWhileOthersOpenLoopsToo() throws Exception {
        Need.libevent();
        ChildJvm.Result result = new ChildJvm().descriptors(100).run(OpenTooManyAtOnce.class);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("survived"), result.output());
    }

    static final class OpenTooManyAtOnce {
        public static void main(String[] args) throws Exception {
            EventLoop.open().close(); // loads what there is to load
            Deque<FileInputStream> files = new ArrayDeque<>();
            try {
                while (files.size() < 100) {
                    files.push(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                for (int i = 0; i < 6; i++) {
                    files.pop().close(); // not enough for two loops
                }
            }
            Thread other = new Thread(OpenTooManyAtOnce::openAndClose);
            other.start();
            openAndClose();
            other.join();
            System.out.println("survived");
        }

        private static void openAndClose() {
            for (int i = 0; i < 5_000; i++) {
                try {
                    EventLoop.open().close();
                } catch (BackendUnavailableException e) {
                    // the other thread has them
                }
            }
        }
    }
}
