package dev.anyloop.uring;

import static java.util.stream.Collectors.joining;

import dev.anyloop.spi.Availability;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a ring can be opened here; if not, why, and what to do about it. */
final class Support {

    /** Where Linux has the numbers that {@link Libc} and {@link Errno} use. */
    private static final Set<String> MACHINES = Set.of("amd64", "aarch64");

    private static final String OTHER_BACKEND =
            "\n  or use another backend: add anyloop-nio (pure JDK), or set -Danyloop.backend=nio";

    private static final String VERSION = System.getProperty("os.version");
    private static final Refusal HERE = new Refusal(Path.of("/proc"), VERSION);

    /** What was found, once it could be used: that remains. What the system refuses it may grant the next time. */
    private static volatile @Nullable Availability usable;

    private Support() {}

    static Availability availability() {
        Availability known = usable;
        return known != null ? known : tried(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    @SuppressWarnings("restricted") // to see whether it may be called
    static Availability tried(String system, String machine) {
        if (!system.equals("Linux") || !MACHINES.contains(machine)) {
            return Availability.no("only for Linux on x86-64 and aarch64, and this is " + system + " on " + machine + OTHER_BACKEND);
        }
        try {
            MemorySegment.NULL.reinterpret(0); // restricted as all is that follows, but this leaves no class behind that failed
            return tried();
        } catch (IllegalCallerException e) {
            Module own = Support.class.getModule();
            return Availability.no("native access is denied: " + e.getMessage() + "\n  allow it: --enable-native-access="
                    + (own.isNamed() ? own.getName() : "ALL-UNNAMED") + OTHER_BACKEND);
        } catch (OutOfMemoryError e) {
            return Availability.no("there is no memory for a ring: " + e.getMessage() + "\n  what it receives into counts for"
                    + " -XX:MaxDirectMemorySize" + OTHER_BACKEND);
        } catch (RuntimeException | LinkageError e) {
            return Availability.no("the C library cannot be used: " + e + OTHER_BACKEND);
        }
    }

    private static Availability tried() {
        Libc libc = new Libc();
        int ring = open(libc);
        if (ring < 0) {
            return Availability.no("io_uring_setup: " + Libc.message(-ring) + HERE.explained(-ring) + OTHER_BACKEND);
        }
        libc.close(ring);
        try {
            Features features = Features.probed();
            new UringTransport(features).close();
            Availability yes = Availability.yes("Linux " + VERSION + ", io_uring " + described(features));
            if (Probe.isSure()) {
                usable = yes;
            }
            return yes;
        } catch (IOException e) {
            return Availability.no(e.getMessage() + HERE.explained(errno(e)) + OTHER_BACKEND);
        }
    }

    /** By the words that leave them away. */
    static String described(Features features) {
        Map<String, Boolean> all = new LinkedHashMap<>();
        all.put("single-issuer", features.singleIssuer());
        all.put("multishot", features.multishot());
        all.put("buffer-ring", features.bufferRing());
        all.put("incremental", features.incremental());
        all.put("msg-ring", features.messageRing());
        all.put("registered-ring", features.registeredRing());
        return Stream.of(those(all, true, "with "), those(all, false, "without "))
                .filter(words -> !words.isEmpty()).collect(joining("; "));
    }

    private static String those(Map<String, Boolean> all, boolean used, String before) {
        List<String> words = all.entrySet().stream().filter(one -> one.getValue() == used).map(Map.Entry::getKey).toList();
        return words.isEmpty() ? "" : before + String.join(", ", words);
    }

    /** As the oldest kernel can. A descriptor, or the negative error number. */
    private static int open(Libc libc) {
        try (Arena arena = Arena.ofConfined()) {
            return libc.call(Libc.IO_URING_SETUP, 1, arena.allocate(Queues.PARAMS_BYTES, 8).address(), 0);
        }
    }

    private static int errno(IOException e) {
        return IntStream.of(Errno.EPERM, Errno.ENOMEM, Errno.ENFILE, Errno.EMFILE, Errno.ENOSYS)
                .filter(errno -> Errno.isOf(errno, e))
                .findFirst().orElse(0);
    }
}
