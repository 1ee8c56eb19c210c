package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.spi.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the provider says of itself, where it works and in processes that may not use a ring. */
class SupportTest {

    private static final String ALLOWED = "--enable-native-access=ALL-UNNAMED";
    private static final String ENGLISH = "-Duser.language=en";
    private static final String OTHER = "or use another backend: add anyloop-nio (pure JDK), or set -Danyloop.backend=nio";

    private static void assertRefused(String output, String... words) {
        assertTrue(output.startsWith("Availability[available=false, detail="), output);
        for (String word : List.of(words)) {
            assertTrue(output.contains(word), output);
        }
        assertTrue(output.contains(OTHER) && output.contains("always the same"), output);
    }

    @Test
    void whereItWorksItSaysWithWhat() throws Exception {
        Availability here = Support.availability();
        assumeTrue(here.available() || !required(), here.detail());
        String output = new ChildJvm().with(ALLOWED, "-Danyloop.uring.without=multishot,msg-ring").run();
        assertTrue(output.startsWith("Availability[available=" + here.available()), output);
        if (here.available()) {
            assertTrue(output.contains("Linux " + System.getProperty("os.version") + ", io_uring with "), output);
            assertTrue(output.matches("(?s).*; without .*multishot.*msg-ring.*"), output);
        }
    }

    private static boolean required() {
        return List.of(System.getProperty("anyloop.require", "").split(",")).contains("uring");
    }

    @Test
    void whatIsUsedAndWhatIsNotHasTheNamesOfTheProperty() {
        assertEquals("with single-issuer, multishot, buffer-ring, incremental, msg-ring, registered-ring",
                Support.described(new Features(true, true, true, true, true, true, 8, 8)));
        assertEquals("with buffer-ring; without single-issuer, multishot, incremental, msg-ring, registered-ring",
                Support.described(new Features(false, false, true, false, false, false, 8, 8)));
    }

    @Test
    void otherSystemsAndMachinesAreTold() {
        for (String other : List.of("Windows 11,amd64", "Mac OS X,aarch64", "Linux,riscv64")) {
            String[] both = other.split(",");
            Availability there = Support.tried(both[0], both[1]);
            assertFalse(there.available());
            assertEquals("only for Linux on x86-64 and aarch64, and this is " + both[0] + " on " + both[1] + "\n  " + OTHER,
                    there.detail());
        }
    }

    @Test
    void deniedNativeAccessIsToldWithTheOption() throws Exception {
        assertRefused(new ChildJvm().with("--illegal-native-access=deny").run(),
                "native access is denied: ", "allow it: --enable-native-access=ALL-UNNAMED");
    }

    @Test
    void aFilterThatForbidsIsTold() throws Exception {
        assertRefused(new ChildJvm().with(ALLOWED, ENGLISH).run(Integer.toString(Errno.EPERM)),
                "io_uring_setup: Operation not permitted: a seccomp filter forbids it", "io_uring_register in its profile");
    }

    @Test
    void aFilterThatHidesIsTold() throws Exception {
        assertRefused(new ChildJvm().with(ALLOWED, ENGLISH).run(Integer.toString(Errno.ENOSYS)),
                "io_uring_setup: Function not implemented: a seccomp filter hides it", "io_uring_register in its profile");
    }

    @Test
    void whatIsShortOnceIsAskedForAgain() throws Exception {
        assumeTrue(Support.availability().detail().matches("(?s).* with .*buffer-ring.*registered-ring.*"));
        for (Map.Entry<String, String> part : Map.of("22", "buffer-ring", "20", "registered-ring").entrySet()) {
            String output = new ChildJvm().with(ALLOWED).run(Integer.toString(Errno.ENOMEM), part.getKey());
            String[] lines = output.split("\n");
            assertTrue(lines[0].matches(".*; without .*" + part.getValue() + ".*"), output);
            assertTrue(lines[1].matches(".*with .*" + part.getValue() + ".*") && !lines[1].contains("without"), output);
        }
    }

    @Test
    void aNumberThatCannotBeIsToldWithItsProperty() throws Exception {
        for (String wrong : List.of("3", "0", "-8", "32768", "4294967300", "many")) {
            assertRefused(new ChildJvm().with(ALLOWED, "-Danyloop.uring.buffers=" + wrong).run(),
                    "anyloop.uring.buffers is no power of two from 1 to 16384: " + wrong, "anyloop-nio");
        }
    }

    @Test
    void tooLittleMemoryIsToldWithTheOption() throws Exception {
        assertRefused(new ChildJvm().with(ALLOWED, "-XX:MaxDirectMemorySize=100k").run(),
                "there is no memory for a ring: ", "-XX:MaxDirectMemorySize");
    }

    /** Those who may lock memory anyhow, as root may, have no limit. */
    @Test
    void tooLittleLockedMemoryIsToldWithTheLimit() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isExecutable(Path.of("/usr/bin/prlimit")));
        String output = new ChildJvm().by("prlimit", "--memlock=4096", "setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock")
                .with(ALLOWED, ENGLISH).run();
        assumeTrue(output.contains("available=false"), "this kernel counts no memory of rings: " + output);
        assertRefused(output, "Cannot allocate memory: this process may lock 4096 bytes of memory", "ulimit -l");
    }
}
