package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of each error, on systems that are made up. */
class RefusalTest {

    private static final String PROFILE = "\n  allow io_uring_setup, io_uring_enter and io_uring_register in its profile"
            + " (Docker: --security-opt seccomp=<file>)";

    @TempDir
    Path proc;

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.createDirectories(proc.resolve("sys/kernel"));
    }

    private String explained(int errno) {
        return explained(errno, "6.1.0");
    }

    private String explained(int errno, String version) {
        return new Refusal(proc, version).explained(errno);
    }

    private void says(String file, String text) throws IOException {
        Files.writeString(proc.resolve(file), text);
    }

    private void hasFilter(boolean filter) throws IOException {
        says("self/status", "NoNewPrivs:\t1\nSeccomp:\t" + (filter ? 2 : 0) + "\nSeccomp_filters:\t" + (filter ? 1 : 0) + "\n");
    }

    @Test
    void aKernelThatLetsNobody() throws IOException {
        says("sys/kernel/io_uring_disabled", "2\n");
        hasFilter(true);
        assertEquals(": kernel.io_uring_disabled is 2, for nobody\n  allow it: sysctl kernel.io_uring_disabled=0",
                explained(Errno.EPERM));
    }

    @Test
    void aKernelThatLetsAGroup() throws IOException {
        says("sys/kernel/io_uring_disabled", "1\n");
        says("sys/kernel/io_uring_group", "4711\n");
        assertEquals(": kernel.io_uring_disabled is 1, for the members of kernel.io_uring_group (4711) only"
                + "\n  allow it: sysctl kernel.io_uring_disabled=0, or run in that group", explained(Errno.EPERM));
    }

    @Test
    void aFilterThatForbids() throws IOException {
        says("sys/kernel/io_uring_disabled", "0\n");
        hasFilter(true);
        assertEquals(": a seccomp filter forbids it, as those of containers do" + PROFILE, explained(Errno.EPERM));
    }

    @Test
    void somethingElseThatForbids() throws IOException {
        hasFilter(false);
        assertEquals(": a security module of the kernel forbids it", explained(Errno.EPERM));
    }

    @Test
    void aFilterThatHides() throws IOException {
        hasFilter(true);
        assertEquals(": a seccomp filter hides it, as those of containers do" + PROFILE, explained(Errno.ENOSYS));
    }

    @Test
    void aKernelWithout() throws IOException {
        hasFilter(false);
        assertEquals(": this kernel was built without io_uring", explained(Errno.ENOSYS));
    }

    @Test
    void aKernelThatIsTooOld() throws IOException {
        hasFilter(true);
        assertEquals(": Linux 4.19.0-8-amd64 has no io_uring, which came with 5.1", explained(Errno.ENOSYS, "4.19.0-8-amd64"));
        assertEquals(": Linux 5.0.21 has no io_uring, which came with 5.1", explained(Errno.ENOSYS, "5.0.21"));
        assertEquals(explained(Errno.ENOSYS), explained(Errno.ENOSYS, "5.10.0"));
    }

    @Test
    void tooLittleMemory() throws IOException {
        says("self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max locked memory         65536                131072               bytes     \n");
        assertEquals(": this process may lock 65536 bytes of memory"
                + "\n  raise that: ulimit -l, LimitMEMLOCK of systemd, --ulimit memlock of Docker", explained(Errno.ENOMEM));
    }

    @Test
    void noDescriptors() {
        assertEquals(": there is no descriptor left\n  raise the limit: ulimit -n", explained(Errno.EMFILE));
        assertEquals(": there is no descriptor left\n  raise the limit: ulimit -n", explained(Errno.ENFILE));
    }

    @Test
    void whatIsNotKnownIsNotExplained() {
        assertEquals("", explained(Errno.EINVAL));
        assertEquals(": this process may lock few bytes of memory"
                + "\n  raise that: ulimit -l, LimitMEMLOCK of systemd, --ulimit memlock of Docker", explained(Errno.ENOMEM));
    }
}
