package dev.anyloop.tck.onfake;

import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Socket;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.run.Await;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes each call of a loop with less and less stack left, until there is none for the call itself, and looks whether the
 * loop is whole each time that the call overflowed. To be run where frames always have the same size, by {@code -Xint}.
 */
final class StackScan {

    /** More frames than any call needs. */
    private static final int DEEPEST_CALL = 100;

    @FunctionalInterface
    private interface Call {
        void make(EventLoop loop, Socket socket);
    }

    private static final Map<String, Call> CALLS = new LinkedHashMap<>();

    static {
        CALLS.put("timer", (loop, socket) -> loop.timer(Duration.ofHours(1), timer -> { }));
        CALLS.put("interval", (loop, socket) -> loop.interval(Duration.ofHours(1), timer -> { }));
        CALLS.put("hold", (loop, socket) -> loop.hold());
        CALLS.put("execute", (loop, socket) -> loop.execute(() -> { }));
        CALLS.put("listen", (loop, socket) -> loop.listen("10.0.0.2", 80, (server, accepted) -> { }));
        CALLS.put("connect", (loop, socket) -> loop.connect("10.0.0.2", 80));
        CALLS.put("connect to a name", (loop, socket) -> loop.connect("unknown.test", 80));
        CALLS.put("connect to a path", (loop, socket) -> loop.connect(UnixDomainSocketAddress.of("/a/path"), ConnectOptions.defaults()));
        CALLS.put("datagram", (loop, socket) -> loop.datagram("10.0.0.2", 80, DatagramOptions.defaults()));
        CALLS.put("write", (loop, socket) -> socket.write(new byte[10]));
        CALLS.put("write with completion", (loop, socket) -> socket.write(ByteBuffer.allocate(10), (s, error) -> { }));
        CALLS.put("pause", (loop, socket) -> socket.pause());
        CALLS.put("readTimeout", (loop, socket) -> socket.readTimeout(Duration.ofHours(1)));
        CALLS.put("unref", (loop, socket) -> socket.unref());
        CALLS.put("end", (loop, socket) -> socket.end());
        CALLS.put("close", (loop, socket) -> socket.close());
        CALLS.put("abort", (loop, socket) -> socket.abort());
    }

    private StackScan() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread thread = new Thread(null, StackScan::scan, "scan", 256 * 1024);
        thread.start();
        thread.join();
    }

    private static void scan() {
        CALLS.forEach((name, call) -> {
            overflows(name, call, 0); // loads the classes
            int deepest = deepest();
            int overflows = 0;
            Subject often = new Subject(); // one failure after the other, before the loop has its turn
            for (int depth = deepest - DEEPEST_CALL; depth <= deepest; depth++) {
                if (overflows(name, call, depth)) {
                    overflows++;
                    if (!overflows(depth, call, often.loop, often.socket)) { // for it needs less than the first time
                        often = new Subject();
                    }
                }
            }
            check(name, often);
            System.out.println(name + (overflows > 0 ? " overflowed" : " NEVER OVERFLOWED"));
        });
    }

    private static int deepest() {
        int depth = 0;
        while (!overflows(depth + 1, (loop, socket) -> { }, null, null)) {
            depth++;
        }
        return depth;
    }

    /** Whether the call overflowed so deep in the stack of a loop that has one socket. */
    private static boolean overflows(String name, Call call, int depth) {
        Subject subject = new Subject();
        boolean overflows = overflows(depth, call, subject.loop, subject.socket);
        if (overflows) {
            check(name, subject);
        }
        return overflows;
    }

    private static void check(String name, Subject subject) {
        try {
            check(subject.loop, subject.socket);
        } catch (RuntimeException | Error e) {
            System.out.println(name + " LEFT A BROKEN LOOP: " + e + " in " + subject.loop.describe().replace('\n', ' '));
        }
    }

    /** A loop that has one socket. */
    private static final class Subject {

        final EventLoop loop;
        final Socket socket;

        Subject() {
            FakeEventLoopProvider fake = new FakeEventLoopProvider();
            loop = fake.open(LoopOptions.defaults().withResolver(host -> List.of()));
            socket = loop.connect("10.0.0.1", 80);
            fake.transport().connection(0).complete();
            loop.stop();
            loop.run();
        }
    }

    private static boolean overflows(int depth, Call call, EventLoop loop, Socket socket) {
        try {
            descend(depth, call, loop, socket);
            return false;
        } catch (StackOverflowError e) {
            return true;
        }
    }

    private static void descend(int depth, Call call, EventLoop loop, Socket socket) {
        if (depth == 0) {
            call.make(loop, socket);
        } else {
            descend(depth - 1, call, loop, socket);
        }
    }

    /** There is the socket and nothing else, and all that can be done with a loop can be done with this one. */
    private static void check(EventLoop loop, Socket socket) {
        socket.ref();
        loop.stop();
        loop.run();
        LoopStats stats = loop.stats();
        require(stats.connectingSockets() + stats.servers() + stats.datagramSockets() + stats.timers() + stats.holds() == 0, "something is left");
        int[] fired = new int[1];
        loop.listen("10.0.0.3", 80, (server, accepted) -> { }).close();
        loop.connect("10.0.0.3", 80).abort();
        loop.timer(Duration.ofMillis(1), timer -> fired[0]++);
        loop.timer(Duration.ofDays(1), timer -> loop.stop()).unref();
        socket.write(new byte[10]);
        loop.stop();
        loop.run();
        require(socket.pendingBytes() == 0, "what is written is not sent");
        socket.close();
        loop.run();
        stats = loop.stats();
        require(fired[0] == 1, "a timer fired " + fired[0] + " times");
        require(stats.openSockets() + stats.closingSockets() + stats.servers() == 0, "something does not close");
        checkLookUp(loop);
        loop.close();
    }

    private static void checkLookUp(EventLoop loop) {
        ErrorKind told = lookUp(loop);
        require(told == ErrorKind.DNS_FAILURE, "a look-up ended with " + told);
    }

    /** What becomes of that of a name without an address. No time passes meanwhile. */
    static ErrorKind lookUp(EventLoop loop) {
        ErrorKind[] told = new ErrorKind[1];
        loop.connect("unknown.test", 80).onError((socket, error) -> told[0] = error.kind());
        Await.until(Limits.defaults().mustHappen(), () -> {
            loop.stop();
            loop.run();
            return told[0] != null;
        }, () -> "a look-up does not end");
        return told[0];
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
