package dev.anyloop.benchmarks.jmh;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.benchmarks.servers.Ping;
import dev.anyloop.core.Loops;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakeTransport;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One turn: empty, and with one request that is answered. A {@code stop()} before {@code run()} makes it one turn. */
public class TurnBenchmark extends InnerBenchmark {

    /** The kit's fake transport, whose own poll is measured too. */
    @State(Scope.Thread)
    public static class Fake {
        EventLoop loop;
        FakeTransport transport;

        @Setup
        public void open() {
            FakeEventLoopProvider provider = new FakeEventLoopProvider();
            loop = provider.open(LoopOptions.defaults());
            transport = provider.transport();
        }
    }

    /** Nothing but core. */
    @State(Scope.Thread)
    public static class Idle {
        EventLoop loop;

        @Setup
        public void open() {
            loop = Loops.open("bare", LoopOptions.defaults(), new BareTransport(new byte[0]));
        }
    }

    /** A peer that asks once in every turn. */
    @State(Scope.Thread)
    public static class Asked {
        EventLoop loop;

        @Setup
        public void open() {
            loop = Loops.open("bare", LoopOptions.defaults(), new BareTransport(Ping.REQUEST));
            ByteBuffer reply = ByteBuffer.wrap(Ping.REPLY);
            loop.connect("127.0.0.1", 1).onRead((socket, data) -> socket.write(reply.rewind()));
            turn(loop); // connects
        }
    }

    /** As one that asks for sixteen replies, each of which is a write. */
    @State(Scope.Thread)
    public static class AskedForMany {
        EventLoop loop;

        @Setup
        public void open() {
            loop = Loops.open("bare", LoopOptions.defaults(), new BareTransport(new byte[16 * Ping.REQUEST.length]));
            loop.connect("127.0.0.1", 1).onRead((socket, data) -> {
                for (int i = 0; i < 16; i++) {
                    socket.write(Ping.REPLY);
                }
            });
            turn(loop);
        }
    }

    private static void turn(EventLoop loop) {
        loop.stop();
        loop.run();
    }

    @Benchmark
    public void emptyOnTheFake(Fake fake) {
        turn(fake.loop);
    }

    @Benchmark
    public boolean pollOfTheFakeAlone(Fake fake) {
        return fake.transport.poll(0);
    }

    @Benchmark
    public void empty(Idle idle) {
        turn(idle.loop);
    }

    @Benchmark
    public void onePing(Asked asked) {
        turn(asked.loop);
    }

    @Benchmark
    public void sixteenWrites(AskedForMany asked) {
        turn(asked.loop);
    }
}
