package dev.anyloop.tck.onfake;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.fake.FakeConnection;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tests of core by chosen bytes at chosen times; they write down what the loop tells them, with the millisecond. */
abstract class OnTheFake {

    final FakeEventLoopProvider fake = new FakeEventLoopProvider();
    final List<String> log = new ArrayList<>();
    private final long origin = fake.clock().getAsLong();

    final void run(LoopCallback init) {
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.run(init);
        }
    }

    final void advance(long millis) {
        fake.clock().advance(Duration.ofMillis(millis));
    }

    final long now() {
        return Duration.ofNanos(fake.clock().getAsLong() - origin).toMillis();
    }

    final void note(String what) {
        log.add(what + "@" + now());
    }

    /** The script: what happens at a time. */
    static void at(EventLoop loop, long millis, LoopCallback action) {
        loop.timer(Duration.ofMillis(millis), timer -> action.run(loop));
    }

    /** A socket that is connected in the first turn. */
    final Socket connect(EventLoop loop, SocketOptions options) {
        Socket socket = loop.connect("10.0.0.1", 80, ConnectOptions.defaults().withSocket(options));
        loop.execute(connection(0)::complete);
        return logged(socket);
    }

    /** Notes what comes to a socket, data and end apart, which tests want to react to. */
    final Socket logged(Socket socket) {
        return socket
                .onDrain(s -> note("drain"))
                .onError((s, error) -> note("error " + error.kind()))
                .onClose((s, error) -> note(outcome("close", error)));
    }

    /** A note without its time. */
    static String what(String note) {
        return note.substring(0, note.lastIndexOf('@'));
    }

    static String outcome(String name, @Nullable NetworkException error) {
        return error == null ? name : name + " " + error.kind();
    }

    final FakeConnection connection(int index) {
        return fake.transport().connection(index);
    }

    final FakePeer peer() {
        return connection(0).peer();
    }
}
