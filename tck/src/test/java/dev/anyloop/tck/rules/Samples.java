package dev.anyloop.tck.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.anyloop.EventLoop;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.EventLoopTck;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.Stochastic;
import dev.anyloop.tck.fake.FakeConnection;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.record.LoopSession;
import dev.anyloop.tck.record.RecordedSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;

/** Tests, most of which fail, for the tests of the framework; {@link FrameworkTest} runs them. */
class Samples extends EventLoopTck {

    /** Left by a test, closed by the test of that. */
    static ServerSocket leftOpen;

    private static final AtomicInteger TRIES = new AtomicInteger();

    private final FakeEventLoopProvider fake = new FakeEventLoopProvider();

    @Override
    protected EventLoopProvider provider() {
        return fake;
    }

    @Override
    protected Limits limits() {
        return new Limits(Duration.ofMillis(500), Duration.ofMillis(20));
    }

    @Override
    protected @Nullable Path report() {
        return null; // what they show is nobody's result
    }

    @Nested
    class Kit extends Chapter {

        private void withSocket(LoopCallbackWithSocket body) {
            withLoop(loop -> {
                RecordedSocket socket = connect(loop, 9);
                FakeConnection connection = fake.transport().connection(0);
                connection.complete();
                body.run(loop, socket, connection);
            });
        }

        @Rule("TIMER-001")
        void passes() {
            withSocket((loop, socket, connection) -> connection.peer().send("hello").end());
        }

        @Rule({"TIMER-001", "TIMER-002"})
        void failsInTheBody() {
            assertEquals("red", "blue");
        }

        @Rule("LISTEN-014")
        void breachesAShould() {
            fail("it does not");
        }

        @Rule({"LISTEN-014", "TIMER-001"})
        void breachesAShouldAndAMust() {
            fail("it does not");
        }

        @Rule("TIMER-001")
        void failsInACallback() {
            withLoop(loop -> loop.timer(Duration.ofMillis(1), timer -> fail("not this way")));
        }

        @Rule("TIMER-001")
        void hangs() {
            withLoop(EventLoop::hold);
        }

        @Rule("TIMER-001")
        void hangsInsideSomething() {
            try {
                withLoop(EventLoop::hold);
            } catch (AssertionError e) {
                throw new AssertionError("in something: " + e.getMessage(), e);
            }
        }

        @Rule("TIMER-001")
        void failsInACircle() {
            AssertionError first = new AssertionError("the first");
            first.addSuppressed(new IllegalStateException("because of the first", first));
            throw first;
        }

        @Rule("TIMER-001")
        void failsBecauseOfAProcess() {
            AssertionError first = new AssertionError("nobody answers");
            first.addSuppressed(new ProcessFailure("out of something\n"));
            throw first;
        }

        @Rule("TIMER-001")
        void leavesAThread() {
            Thread thread = new Thread(() -> {
                try {
                    new CountDownLatch(1).await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    // That ends it as well.
                }
            }, "left-over");
            thread.setDaemon(true);
            thread.start();
        }

        @Rule("TIMER-001")
        void leavesADescriptor() throws IOException {
            leftOpen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }

        @Rule("TIMER-001")
        void aPeerFails() {
            withLoop(loop -> {
                loop.hold();
                helper(() -> fail("the peer is not content"));
            });
        }

        @Rule("TIMER-001")
        void leavesAHelperWaiting() {
            withLoop(loop -> {
                helper(() -> new CountDownLatch(1).await());
                fail("before the helper was told");
            });
        }

        @Rule("TIMER-001")
        void callsBackInsideACall() {
            withLoop(loop -> {
                RecordedSocket socket = connect(loop, 9);
                LoopSession session = session(loop);
                session.callback("data", () -> session.callback("end", () -> {}));
                socket.socket().abort();
            });
        }

        @Rule("TIMER-001")
        void callsBackOnAnotherThread() {
            withLoop(loop -> {
                LoopSession session = session(loop);
                helper(() -> session.callback("data", () -> {}));
                loop.hold();
            });
        }

        @Rule("TIMER-001")
        void loosesTheClose() {
            withSocket((loop, socket, connection) -> socket.socket().onClose((s, error) -> {}).abort());
        }

        @Rule("TIMER-001")
        void loosesACompletion() {
            withSocket((loop, socket, connection) -> {
                socket.completion("never");
                socket.socket().write(ByteBuffer.allocate(1), (s, error) -> {});
                connection.peer().end();
            });
        }

        @Rule("TIMER-001")
        void isNotForThisMachine() {
            withLoop(loop -> Assumptions.abort("no such thing here"));
        }

        @Rule("TIMER-013")
        @Stochastic(3)
        void passesTwiceOfThrice() {
            assertEquals(0, TRIES.getAndIncrement() % 3 == 1 ? 1 : 0);
        }

        @Rule("TIMER-013")
        @Stochastic(3)
        void passesOnceOfThrice() {
            assertEquals(0, TRIES.getAndIncrement() % 3 == 1 ? 0 : 1);
        }
    }

    /** A body with all that the sample tests use. */
    @FunctionalInterface
    interface LoopCallbackWithSocket {
        void run(EventLoop loop, RecordedSocket socket, FakeConnection connection) throws Exception;
    }
}
