package dev.anyloop.tck.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One of the processes that share a kit, from within; it reports to nobody but the {@link Board}. */
public final class Job {

    /** Set in such a process, to the directory of the board. */
    static final String PROPERTY = "tck.board";

    private static final @Nullable Board BOARD = board(System.getProperty(PROPERTY));

    private Job() {}

    private static @Nullable Board board(@Nullable String directory) {
        if (directory == null) {
            return null;
        }
        endWithParent();
        return new Board(Path.of(directory));
    }

    /** However that ends: nobody else would wait for what this one runs. */
    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    }

    /** Runs what is left of a kit, by the name of its class. */
    public static void main(String[] args) {
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(args[0])).build());
    }

    /** Whether this process is one. */
    public static boolean isOne() {
        return BOARD != null;
    }

    /** Whether a test is to be run here: always, unless there are others and one of them has it. */
    public static boolean takes(String test) {
        return BOARD == null || BOARD.take(test);
    }

    /** Tells the others how it ended, if there are any. */
    public static void tell(String test, Outcome outcome) {
        if (BOARD != null) {
            BOARD.put(test, outcome);
        }
    }
}
