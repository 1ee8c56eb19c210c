#!/bin/sh
# A recording of the JDK's Flight Recorder has events that it has disabled, and those below its threshold, as long as any other recording
# asks for them; so does a RecordingStream, whose onEvent then is called for what it has filtered out.
#
# There is one stream of events in a process, written by the union of all settings, and a recording is the time between two points of it.
# getSettings() goes on to say what was asked for. So an alarm like enable("jdk.SocketRead").withThreshold(1 s), or a count of slow
# operations, is right until somebody attaches with jcmd or a monitoring agent starts its own, and then is fed with everything. Neither
# Recording, EventSettings nor RecordingStream tell of it in their documentation. Who filters has to look at getDuration() himself.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. Source: jdk.jfr.internal.SettingsManager, which combines the settings of all recordings
# that run; missed in the documentation by others too, on the OpenJDK list core-libs-dev in May 2026 (JDK pull request 30922).
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, of 5 short events of the one kind (threshold: an hour) and 5 of the other (disabled):
#   recording alone: 0 and 0
#   recording beside another: 5 and 5
#   its settings then: threshold 3600000000000 ns, enabled false
#   stream alone: 0 and 0
#   stream beside another: 5 and 5
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Disabled.java" <<'JAVA'
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;

public class Disabled {
    @Name("demo.Short")
    @StackTrace(false)
    static class Short extends Event { }

    @Name("demo.Other")
    @StackTrace(false)
    static class Other extends Event { }

    @Name("demo.Last")
    @StackTrace(false)
    static class Last extends Event { }

    public static void main(String[] args) throws Exception {
        int[] alone = recorded(Path.of(args[0], "alone.jfr"), false);
        int[] beside = recorded(Path.of(args[0], "beside.jfr"), true);
        int[] streamAlone = streamed(false);
        int[] streamBeside = streamed(true);
        System.out.println("stream alone: " + streamAlone[0] + " and " + streamAlone[1]);
        System.out.println("stream beside another: " + streamBeside[0] + " and " + streamBeside[1]);
        System.exit(alone[0] + alone[1] + streamAlone[0] + streamAlone[1] == 0
                && beside[0] == 5 && beside[1] == 5 && streamBeside[0] == 5 && streamBeside[1] == 5 ? 0 : 1);
    }

    static int[] recorded(Path file, boolean another) throws Exception {
        int[] seen = new int[2];
        try (Recording recording = new Recording()) {
            recording.enable(Short.class).withThreshold(Duration.ofHours(1));
            recording.disable(Other.class);
            recording.start();
            work(another);
            Map<String, String> settings = recording.getSettings();
            recording.dump(file);
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                seen[0] += event.getEventType().getName().equals("demo.Short") ? 1 : 0;
                seen[1] += event.getEventType().getName().equals("demo.Other") ? 1 : 0;
            }
            System.out.println("recording " + (another ? "beside another: " : "alone: ") + seen[0] + " and " + seen[1]);
            if (another) {
                System.out.println("its settings then: threshold " + settings.get(EventType.getEventType(Short.class).getId()
                        + "#threshold") + ", enabled " + settings.get(EventType.getEventType(Other.class).getId() + "#enabled"));
            }
        }
        return seen;
    }

    static int[] streamed(boolean another) throws Exception {
        AtomicInteger shorts = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(1);
        try (RecordingStream stream = new RecordingStream()) {
            stream.enable(Short.class).withThreshold(Duration.ofHours(1));
            stream.disable(Other.class);
            stream.enable(Last.class);
            stream.onEvent("demo.Short", event -> shorts.incrementAndGet());
            stream.onEvent("demo.Other", event -> others.incrementAndGet());
            stream.onEvent("demo.Last", event -> last.countDown());
            stream.startAsync();
            work(another);
            new Last().commit(); // comes after those, as the stream is in order of time
            if (!last.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the stream stands still");
            }
        }
        return new int[] {shorts.get(), others.get()};
    }

    /** Five events of each kind, in the presence of another recording or not. */
    static void work(boolean another) {
        try (Recording all = new Recording()) {
            if (another) {
                all.enable(Short.class).withThreshold(Duration.ZERO);
                all.enable(Other.class);
                all.start();
            }
            for (int i = 0; i < 5; i++) {
                Short event = new Short();
                event.begin();
                event.commit();
                new Other().commit();
            }
        }
    }
}
JAVA
"$java" -version 2>&1 | head -n 1
"$java" "$dir/Disabled.java" "$dir"
