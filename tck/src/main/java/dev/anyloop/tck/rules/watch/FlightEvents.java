package dev.anyloop.tck.rules.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What loops have told the JDK's Flight Recorder. */
public final class FlightEvents {

    private static final String PREFIX = "dev.anyloop.";

    private final List<RecordedEvent> events;

    static { // the first one leaves a thread behind, which is nobody's leak
        try (Recording first = new Recording()) {
            first.start();
        }
    }

    private FlightEvents(List<RecordedEvent> events) {
        this.events = events;
    }

    /** Before anybody counts threads. */
    static void prepare() {}

    /**
     * While something is done.
     *
     * @param names of the events that are asked for, without what all begin with
     */
    public static FlightEvents recorded(Runnable done, String... names) throws IOException {
        Path file = Files.createTempFile("anyloop", ".jfr");
        try (Recording recording = new Recording()) {
            for (String name : names) {
                recording.enable(PREFIX + name);
            }
            recording.start();
            done.run();
            recording.stop();
            recording.dump(file);
            return new FlightEvents(RecordingFile.readAllEvents(file));
        } finally {
            Files.delete(file);
        }
    }

    /** All of ours. */
    public Stream<RecordedEvent> all() {
        return events.stream().filter(event -> event.getEventType().getName().startsWith(PREFIX));
    }

    public Stream<RecordedEvent> of(String name) {
        return events.stream().filter(event -> event.getEventType().getName().equals(PREFIX + name));
    }

    @Override
    public String toString() {
        return all().map(RecordedEvent::toString).collect(Collectors.joining("\n"));
    }
}
