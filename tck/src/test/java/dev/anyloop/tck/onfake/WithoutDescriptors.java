package dev.anyloop.tck.onfake;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Timer;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/** The program of a process that looks a name up with descriptors, without, and with them again; prints the kinds of the failures. */
final class WithoutDescriptors {

    /** The fake's clock is faster than that of a thread which asks. */
    private static final Duration TICK = Duration.ofMillis(1);

    private static final Deque<Closeable> TAKEN = new ArrayDeque<>();

    private WithoutDescriptors() {}

    public static void main(String[] args) throws IOException {
        LoopOptions options = LoopOptions.defaults().withResolver(host -> {
            throw new UnknownHostException(host + ": System error");
        });
        try (EventLoop loop = new FakeEventLoopProvider().open(options)) {
            String before = kind(loop);
            takeAll();
            String without = kind(loop);
            for (Closeable each : TAKEN) {
                each.close();
            }
            System.out.print(before + " " + without + " " + kind(loop));
        }
    }

    private static String kind(EventLoop loop) {
        StringBuilder kind = new StringBuilder();
        loop.run(running -> {
            Timer slow = running.interval(TICK, tick -> LockSupport.parkNanos(TICK.toNanos()));
            running.connect("named.test", 80).onError((s, error) -> {
                kind.append(error.kind());
                slow.cancel();
            });
        });
        return kind.toString();
    }

    private static void takeAll() {
        try {
            while (true) {
                TAKEN.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // there are no more
        }
    }
}
