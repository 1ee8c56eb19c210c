package dev.anyloop.tck.record;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.opentest4j.TestAbortedException;

/** What the library logs while this is open, instead of showing it. For the JDK's own logging only. */
public final class CapturedLog extends Handler implements AutoCloseable {

    private static final String NAME = "dev.anyloop";
    private static final String PROBE = "Is anybody listening?";

    private final Logger logger = Logger.getLogger(NAME);
    private final boolean parents = logger.getUseParentHandlers();
    private final List<String> lines = new ArrayList<>();

    public CapturedLog() {
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
        System.getLogger(NAME).log(System.Logger.Level.WARNING, PROBE);
        if (!lines().equals(List.of("WARNING " + PROBE))) {
            close();
            throw new TestAbortedException("another logging system has taken over");
        }
        lines.clear();
    }

    /** Level and message of each record. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public synchronized void publish(LogRecord record) {
        lines.add(record.getLevel() + " " + record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(parents);
    }
}
