package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.EventLoops;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Looks for a callback that is too slow, in three ways: the {@link LineChat} is busy with a crowd, and somebody has planted one.
 * What the loop's JSON says while it runs, what the Flight Recorder has kept of it, and what the figures say afterwards.
 */
public final class Inspect {

    private static final int MEMBERS = 20;
    private static final Duration PAUSE = Duration.ofMillis(50); // of a member, between two lines
    private static final Duration TALK = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofMillis(700);

    private static final List<String> EVENTS = List.of("Callback", "Turn", "TaskWait", "OutputPaused", "Close");
    private static final String PREFIX = "dev.anyloop.";

    private Inspect() {}

    /**
     * Prints what it has seen, and ends.
     *
     * @param args none
     * @throws IOException if the recording cannot be written or read
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (Recording recording = new Recording()) {
            EVENTS.forEach(event -> recording.enable(PREFIX + event));
            LoopStats stats = watch(recording);
            recording.stop();
            System.out.println("\nWhat the recording has kept of it, of callbacks and waits beyond 10 ms:");
            print(recording);
            System.out.println("\nWhat the figures say: of " + stats.busy().turns() + " busy turns half took "
                    + millis(stats.busyAtMost(0.5)) + " at most, 99 of 100 " + millis(stats.busyAtMost(0.99)) + ", the longest "
                    + millis(stats.longestTurn()));
        }
    }

    private static LoopStats watch(Recording recording) throws InterruptedException {
        AtomicReference<InetSocketAddress> address = new AtomicReference<>();
        try (EventLoops chat = EventLoops.start(1, named("chat"), loop -> address.set(LineChat.open(loop, 0)));
                EventLoops crowd = EventLoops.start(1, named("crowd"), loop -> gather(loop, address.get().getPort()))) {
            EventLoop watched = chat.loops().get(0);
            EventLoop talking = crowd.loops().get(0);
            while (watched.stats().openSockets() + talking.stats().openSockets() < 2 * MEMBERS) {
                Thread.sleep(1);
            }
            System.out.println(MEMBERS + " members talk on " + watched + ".");
            recording.start(); // not sooner: what is slow at the beginning is the JVM, which loads classes
            Thread.sleep(TALK.toMillis());
            watched.execute(new Slow());
            watched.execute(new Late());
            System.out.println("\nWhat the JSON says while a callback is slow:");
            System.out.println(abridged(lastWhileStuck(watched)));
            CountDownLatch anotherTurn = new CountDownLatch(1); // that one is counted when it is over
            watched.execute(anotherTurn::countDown);
            anotherTurn.await();
            return watched.stats();
        }
    }

    private static LoopOptions named(String name) {
        return LoopOptions.defaults().withName(name);
    }

    private static void gather(EventLoop loop, int port) {
        for (int i = 1; i <= MEMBERS; i++) {
            loop.connect("127.0.0.1", port)
                    .onRead((s, data) -> {})
                    .onConnect(s -> loop.interval(PAUSE, timer -> s.write("What a crowd!\n")))
                    .write("member " + i + "\n");
        }
    }

    /** What somebody has planted: it waits for a disk, say, on the thread of the loop. */
    private static final class Slow implements Runnable {
        @Override
        public void run() {
            long end = System.nanoTime() + SLOW.toNanos();
            for (long left = SLOW.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /** A task that has to wait for it. */
    private static final class Late implements Runnable {
        @Override
        public void run() {
            // There is nothing to do.
        }
    }

    // ---- the JSON ----

    /** As a health check may ask every now and then; the last answer that has the place. */
    private static String lastWhileStuck(EventLoop loop) throws InterruptedException {
        String last = "";
        String now = "";
        String place = Slow.class.getName() + ".run(";
        while (last.isEmpty() || now.contains(place)) {
            Thread.sleep(10);
            now = loop.describeAsJson();
            last = now.contains(place) ? now : last;
        }
        return last;
    }

    /** One line for each part, and two handles of all. */
    private static String abridged(String json) {
        return json.replaceFirst("(\"handles\":\\[\\{[^}]*},)(\\{[^}]*}).*?]", "$1\n            $2, …]")
                .replaceAll(",(\"(inside|stuck|keptAliveBy|counts|turns|bytes|handles|handlesLeftOut)\":)", ",\n $1")
                .replaceAll("\",\"(?=[^\"]*\\()", "\",\n          \"");
    }

    // ---- the recording ----

    private static void print(Recording recording) throws IOException {
        Path file = Files.createTempFile("inspect", ".jfr");
        try {
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            EVENTS.forEach(name -> print(name, events.stream()
                    .filter(event -> event.getEventType().getName().equals(PREFIX + name))
                    .filter(event -> Objects.requireNonNull(event.getString("loop")).startsWith("chat")).toList()));
        } finally {
            Files.delete(file);
        }
    }

    private static void print(String name, List<RecordedEvent> events) {
        Optional<RecordedEvent> longest = events.stream().max(Comparator.comparing(RecordedEvent::getDuration))
                .filter(event -> !event.getDuration().isZero());
        System.out.printf("  %-12s %3d%s%n", name, events.size(),
                longest.map(event -> ", the longest took " + millis(event.getDuration()) + what(event)).orElse(""));
    }

    private static String what(RecordedEvent event) {
        return switch (event.getEventType().getName().substring(PREFIX.length())) {
            case "Callback" -> ": " + event.getString("callback") + " of " + event.getString("of");
            case "TaskWait" -> ": " + event.getString("task");
            default -> "";
        };
    }

    private static String millis(Duration duration) {
        return duration.compareTo(Duration.ofMillis(10)) < 0 ? TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / 1e3 + " ms"
                : duration.toMillis() + " ms";
    }
}
