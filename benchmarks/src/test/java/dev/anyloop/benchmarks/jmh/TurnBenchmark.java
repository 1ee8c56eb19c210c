package dev.anyloop.benchmarks.jmh;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.benchmarks.servers.Ping;
import dev.anyloop.core.Loops;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakeTransport;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One turn: empty, and with one request that is answered. */
public class TurnBenchmark extends InnerBenchmark {

    private static final int TURNS = 1000;

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

    /** Nothing but core: alive because of a hold. */
    @State(Scope.Thread)
    public static class Idle extends Bare {
        @Setup
        public void open() {
            open(new BareTransport(new byte[0]));
            loop.hold();
        }
    }

    /** A peer that asks once in every turn. */
    @State(Scope.Thread)
    public static class Asked extends Bare {
        @Setup
        public void open() {
            open(new BareTransport(Ping.REQUEST));
            ByteBuffer reply = ByteBuffer.wrap(Ping.REPLY);
            loop.connect("127.0.0.1", 1).onRead((socket, data) -> socket.write(reply.rewind()));
        }
    }

    /** A peer that asks for sixteen replies, each of which is a write. */
    @State(Scope.Thread)
    public static class AskedForMany extends Bare {
        @Setup
        public void open() {
            open(new BareTransport(new byte[16 * Ping.REQUEST.length]));
            loop.connect("127.0.0.1", 1).onRead((socket, data) -> {
                for (int i = 0; i < 16; i++) {
                    socket.write(Ping.REPLY);
                }
            });
        }
    }

    /** A loop that turns a thousand times in a run. */
    public static class Bare {
        EventLoop loop;
        private BareTransport transport;

        void open(BareTransport transport) {
            this.transport = transport;
            loop = Loops.open("bare", LoopOptions.defaults(), transport);
        }

        void turn() {
            transport.after(TURNS, loop::stop);
            loop.run();
        }
    }

    /** A {@code stop()} before {@code run()} makes it one turn. */
    @Benchmark
    public void emptyOnTheFake(Fake fake) {
        fake.loop.stop();
        fake.loop.run();
    }

    @Benchmark
    public boolean pollOfTheFakeAlone(Fake fake) {
        return fake.transport.poll(0);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void empty(Idle idle) {
        idle.turn();
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void onePing(Asked asked) {
        asked.turn();
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void sixteenWrites(AskedForMany asked) {
        asked.turn();
    }
}
