package dev.anyloop.tck.rules.resource;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loops that live one after the other, in a process of its own, so that nothing else changes how much memory it has. */
final class ManyLives {

    /** How many are looked at, after as many have brought all to its usual size. */
    static final int LOOPS = 150;

    /** What they may leave: an allocator does not give back everything. */
    static final int MOST_KIBIBYTES = LOOPS * 24;

    /** The virtual machine may grow once more, by a thread or a part of its own; a leak grows every time. */
    private static final int MOST_LOOKS = 3;

    /**
     * So that all that grows is outside of the heap, and an engine that counts what it has there counts to its limit; and
     * that the compiler does not need 20 MiB for a while.
     */
    static final String[] FIXED_HEAP =
            {"-Xms32m", "-Xmx32m", "-XX:MaxDirectMemorySize=16m", "-XX:TieredStopAtLevel=1"};

    private static final int COLLECTED_AFTER = 10;

    private final EventLoopProvider provider;
    private int answers;

    private ManyLives(EventLoopProvider provider) {
        this.provider = provider;
    }

    /**
     * With the class name of a provider. Prints how many KiB the process has more after {@link #LOOPS} loops: if that is
     * too much, the least of several looks.
     */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        ManyLives lives =
                new ManyLives((EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance());
        lives.live();
        long least = Long.MAX_VALUE;
        for (int looks = 0; looks < MOST_LOOKS && least >= MOST_KIBIBYTES; looks++) {
            long before = kibibytes();
            lives.live();
            least = Math.min(least, kibibytes() - before);
        }
        System.out.println(least);
    }

    /** Buffers that belong to the collector are no leak, so it has to come by. */
    private void live() {
        for (int i = 1; i <= LOOPS; i++) {
            try (EventLoop loop = provider.open(LoopOptions.defaults())) {
                loop.run(running -> Conversation.begin(running, Chapter.LOCALHOST, () -> answers++));
            }
            if (i % COLLECTED_AFTER == 0) {
                System.gc();
            }
        }
        if (answers != LOOPS) {
            throw new IllegalStateException(answers + " answers in " + LOOPS + " loops");
        }
        answers = 0;
    }

    /** What the process has got of the system, used or not. */
    static long kibibytes() throws IOException {
        Matcher data = Pattern.compile("VmData:\\s+(\\d+) kB").matcher(Files.readString(Path.of("/proc/self/status")));
        if (!data.find()) {
            throw new IOException("/proc/self/status does not tell VmData");
        }
        return Long.parseLong(data.group(1));
    }
}
