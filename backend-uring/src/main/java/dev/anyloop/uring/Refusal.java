package dev.anyloop.uring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a system refuses a ring, as far as it says so under {@code /proc}, and what lets it grant one. */
final class Refusal {

    private static final Pattern FILTERED = Pattern.compile("^Seccomp:\\s+2$", Pattern.MULTILINE);
    private static final Pattern LOCKED = Pattern.compile("^Max locked memory +(\\S+)", Pattern.MULTILINE);

    private static final String ALLOW_CALLS = "\n  allow io_uring_setup, io_uring_enter and io_uring_register in its profile"
            + " (Docker: --security-opt seccomp=<file>)";

    private final Path proc;
    private final String version;

    /**
     * Of a system.
     *
     * @param proc what the kernel says of itself and of this process
     * @param version of the kernel
     */
    Refusal(Path proc, String version) {
        this.proc = proc;
        this.version = version;
    }

    /** What there is to know beside the system's own words for an error; begins with a colon, or is empty. */
    String explained(int errno) {
        return switch (errno) {
            case Errno.EPERM -> forbidden();
            case Errno.ENOSYS -> isOld() ? ": Linux " + version + " has no io_uring, which came with 5.1"
                    : isFiltered() ? ": a seccomp filter hides it, as those of containers do" + ALLOW_CALLS
                    : ": this kernel was built without io_uring";
            case Errno.ENOMEM -> ": this process may lock " + first(LOCKED, text("self/limits")) + " bytes of memory"
                    + "\n  raise that: ulimit -l, LimitMEMLOCK of systemd, --ulimit memlock of Docker";
            case Errno.EMFILE, Errno.ENFILE -> ": there is no descriptor left\n  raise the limit: ulimit -n";
            default -> "";
        };
    }

    /** The kernel asks its own setting first, the filter stands before the kernel. */
    private String forbidden() {
        String group = text("sys/kernel/io_uring_group").strip();
        return switch (text("sys/kernel/io_uring_disabled").strip()) {
            case "2" -> ": kernel.io_uring_disabled is 2, for nobody\n  allow it: sysctl kernel.io_uring_disabled=0";
            case "1" -> ": kernel.io_uring_disabled is 1, for the members of kernel.io_uring_group (" + group + ") only"
                    + "\n  allow it: sysctl kernel.io_uring_disabled=0, or run in that group";
            default -> isFiltered() ? ": a seccomp filter forbids it, as those of containers do" + ALLOW_CALLS
                    : ": a security module of the kernel forbids it";
        };
    }

    private boolean isOld() {
        return version.matches("[0-4]\\..*|5\\.0\\b.*");
    }

    private boolean isFiltered() {
        return FILTERED.matcher(text("self/status")).find();
    }

    /** Line by line: in one piece some of these come short. Empty if there is none, as in an old kernel. */
    private String text(String file) {
        try {
            return String.join("\n", Files.readAllLines(proc.resolve(file)));
        } catch (IOException e) {
            return "";
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "few";
    }
}
