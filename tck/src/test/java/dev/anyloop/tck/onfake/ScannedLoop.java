package dev.anyloop.tck.onfake;

import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Socket;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.fake.FakeConnection;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.run.Await;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A loop that has one socket, the calls that may fail for want of stack or memory, and whether it is whole after one that has. */
final class ScannedLoop {

    /** Prepares a loop for a call, which is what comes back. */
    @FunctionalInterface
    interface Call {
        Runnable of(ScannedLoop scanned);
    }

    /** By their names: those that make something, or change it. */
    static final Map<String, Call> CALLS = new LinkedHashMap<>();

    /** Those that end something, and may be made again if they fail. */
    static final Map<String, Call> ENDS = new LinkedHashMap<>();

    static {
        CALLS.put("timer", s -> () -> s.loop.timer(Duration.ofHours(1), timer -> { }));
        CALLS.put("interval", s -> () -> s.loop.interval(Duration.ofHours(1), timer -> { }));
        CALLS.put("hold", s -> s.loop::hold);
        CALLS.put("execute", s -> () -> s.loop.execute(() -> { }));
        CALLS.put("listen", s -> () -> s.loop.listen("10.0.0.2", 80, (server, accepted) -> { }));
        CALLS.put("connect", s -> () -> s.loop.connect("10.0.0.2", 80));
        CALLS.put("connect to a name", s -> () -> s.loop.connect("unknown.test", 80));
        CALLS.put("connect to a path", s -> () -> s.loop.connect(UnixDomainSocketAddress.of("/a/path"), ConnectOptions.defaults()));
        CALLS.put("datagram", s -> () -> s.loop.datagram("10.0.0.2", 80, DatagramOptions.defaults()));
        CALLS.put("write", s -> () -> s.socket.write(new byte[10]));
        CALLS.put("write with completion", s -> () -> s.socket.write(ByteBuffer.allocate(10), (socket, error) -> { }));
        CALLS.put("write of much", s -> () -> s.socket.write(new byte[100_000]));
        CALLS.put("pause", s -> s.socket::pause);
        CALLS.put("readTimeout", s -> () -> s.socket.readTimeout(Duration.ofHours(1)));
        CALLS.put("writeTimeout", s -> () -> s.socket.writeTimeout(Duration.ofHours(1)));
        CALLS.put("unref", s -> s.socket::unref);
        CALLS.put("end", s -> s.socket::end);
        ENDS.put("close", s -> s.socket::close);
        ENDS.put("abort", s -> s.socket::abort);
        ENDS.put("close with bytes pending", s -> s.pending()::close);
        ENDS.put("abort with bytes pending", s -> s.pending()::abort);
        ENDS.put("close while paused", s -> {
            s.socket.pause();
            s.connection.peer().send("hello").end();
            s.turn();
            return s.socket::close;
        });
        ENDS.put("close while connecting", s -> s.loop.connect("10.0.0.2", 80)::close);
        ENDS.put("abort while connecting", s -> s.loop.connect("10.0.0.2", 80)::abort);
        ENDS.put("close while a name is looked up", s -> s.loop.connect("unknown.test", 80)::close);
        ENDS.put("close of a server", s -> s.loop.listen("10.0.0.2", 80, (server, accepted) -> { })::close);
        ENDS.put("close of a datagram socket", s -> s.loop.datagram("10.0.0.2", 80, DatagramOptions.defaults())::close);
        ENDS.put("cancel", s -> s.loop.timer(Duration.ofHours(1), timer -> { })::cancel);
        ENDS.put("release", s -> s.loop.hold()::release);
    }

    final EventLoop loop;
    final Socket socket;
    final FakeConnection connection;

    ScannedLoop() {
        FakeEventLoopProvider fake = new FakeEventLoopProvider();
        loop = fake.open(LoopOptions.defaults().withResolver(host -> List.of()));
        socket = loop.connect("10.0.0.1", 80);
        connection = fake.transport().connection(0);
        connection.complete();
        turn();
    }

    private void turn() {
        loop.stop();
        loop.run();
    }

    /** The socket, which has something to send. */
    private Socket pending() {
        connection.peer().capacity(0);
        socket.write(ByteBuffer.allocate(10), (s, error) -> { });
        turn();
        connection.peer().capacity(Integer.MAX_VALUE);
        return socket;
    }

    /** There is the socket and nothing else, and all that can be done with a loop can be done with this one; it is closed then. */
    void check(String after) {
        try {
            check();
        } catch (RuntimeException | Error e) {
            System.out.println(after + " LEFT A BROKEN LOOP: " + e + " in " + loop.describe().replace('\n', ' '));
        }
    }

    private void check() {
        socket.ref();
        turn();
        LoopStats stats = loop.stats();
        require(stats.connectingSockets() + stats.servers() + stats.datagramSockets() + stats.timers() + stats.holds() == 0, "something is left");
        int[] fired = new int[1];
        loop.listen("10.0.0.3", 80, (server, accepted) -> { }).close();
        loop.connect("10.0.0.3", 80).abort();
        loop.timer(Duration.ofMillis(1), timer -> fired[0]++);
        loop.timer(Duration.ofDays(1), timer -> loop.stop()).unref();
        socket.write(new byte[10]);
        turn();
        require(socket.pendingBytes() == 0, "what is written is not sent");
        socket.close();
        loop.run();
        stats = loop.stats();
        require(fired[0] == 1, "a timer fired " + fired[0] + " times");
        require(stats.openSockets() + stats.closingSockets() + stats.servers() == 0, "something does not close");
        ErrorKind told = lookUp(loop);
        require(told == ErrorKind.DNS_FAILURE, "a look-up ended with " + told);
        loop.close();
    }

    /** Nothing is left when the loop is closed at once, and its user has been told so. */
    void close(String after) {
        int[] told = new int[1];
        socket.onClose((closed, error) -> told[0]++);
        loop.close();
        LoopStats stats = loop.stats();
        if (told[0] != 1 || stats.openSockets() + stats.closingSockets() + stats.servers() + stats.datagramSockets() > 0) {
            System.out.println(after + " LEFT A LOOP THAT DOES NOT CLOSE: told " + told[0] + " times, " + stats);
        }
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
