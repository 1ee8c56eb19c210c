package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.Server;
import dev.anyloop.SocketCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Chapter LOOP of the specification, third part: what is closed although nobody waits for it. */
public abstract class LoopClosingRules extends LoopChapter {

    private static Map<String, SocketCallback> endings() {
        Map<String, SocketCallback> endings = new LinkedHashMap<>();
        endings.put("unref, close", socket -> socket.unref().close());
        endings.put("close, unref", socket -> {
            socket.close();
            socket.unref();
        });
        endings.put("unref, abort", socket -> socket.unref().abort());
        endings.put("abort, unref", socket -> {
            socket.abort();
            socket.unref();
        });
        return endings;
    }

    @Rule({"LOOP-016", "CLOSE-006"})
    void aServerThatIsUnrefdAndClosedFreesItsPortInTheNextRun() {
        withOpenLoop(loop -> {
            AtomicInteger closed = new AtomicInteger();
            Server server = listen(loop, accepted -> {}).unref().onClose(s -> closed.incrementAndGet());
            server.close();
            assertReturns(loop, "the server is closed");
            assertEquals(1, closed.get(), "close callbacks");
            loop.listen(LOCALHOST, port(server), (again, socket) -> {}).close();
            assertReturns(loop, "the other one is closed too");
        });
    }

    @Rule({"LOOP-016", "CLOSE-004"})
    void aSocketThatIsUnrefdAndClosedClosesInTheNextRun() {
        endings().forEach((name, ending) -> {
            CountDownLatch gone = latch(1);
            int port = peerServer(peer -> {
                peer.drain(); // until the end, or a reset
                gone.countDown();
            });
            withOpenLoop(loop -> {
                RecordedSocket socket = connect(loop, port).onConnect(s -> loop.stop());
                loop.run();
                assertClosesInTheNextRun(name, loop, socket, ending);
                assertHappens(gone, "the peer hears nothing after: " + name);
            });
        });
    }

    @Rule({"LOOP-016", "CONN-008"})
    void aSocketThatIsUnrefdAndClosedOnItsWayClosesInTheNextRun() {
        int silent = silentPort();
        endings().forEach((name, ending) -> withOpenLoop(neverResolving(), loop -> {
            assertClosesInTheNextRun(name + " of one that connects", loop, connect(loop, silent), ending);
            RecordedSocket resolving = record(loop.connect("slow.test", 80));
            assertClosesInTheNextRun(name + " of one that resolves", loop, resolving, ending);
        }));
    }

    private void assertClosesInTheNextRun(String what, EventLoop loop, RecordedSocket socket, SocketCallback ending)
            throws Exception {
        AtomicInteger closed = new AtomicInteger();
        socket.onClose((s, e) -> closed.incrementAndGet());
        ending.run(socket.socket());
        assertReturns(loop, what);
        assertEquals(1, closed.get(), "close callbacks after: " + what);
    }

    @Rule({"LOOP-016", "CLOSE-001"})
    void anUnrefdSocketSendsWhatIsPendingWhenItIsClosed() {
        CountDownLatch closed = latch(1);
        AtomicLong received = new AtomicLong();
        int port = smallPeerServer(peer -> {
            closed.await();
            received.set(peer.readAll().length);
        });
        withOpenLoop(loop -> {
            RecordedSocket socket = connect(loop, port, SMALL).onConnect(s -> {
                s.write(new byte[big()]);
                s.unref().close();
                loop.execute(closed::countDown);
            });
            AtomicInteger closes = new AtomicInteger();
            socket.onClose((s, e) -> closes.incrementAndGet());
            assertReturns(loop, "it is closed");
            assertEquals(1, closes.get(), "close callbacks");
            assertNull(socket.closeError());
        });
        assertEquals(big(), received.get());
    }

    @Rule("LOOP-016")
    void whatIsClosedInACallbackClosesInTheRunInProgress() {
        int port = peerServer(Peer::drain);
        AtomicInteger closed = new AtomicInteger();
        withOpenLoop(loop -> {
            Server server = listen(loop, accepted -> {}).unref().onClose(s -> closed.incrementAndGet());
            connect(loop, port).onClose((s, e) -> closed.incrementAndGet()).onConnect(s -> {
                s.unref().close();
                loop.timer(Duration.ZERO, timer -> server.close());
            });
            assertReturns(loop, "all is closed");
            assertEquals(2, closed.get(), "close callbacks");
        });
    }

    @Rule({"LOOP-016", "CLOSE-004"})
    void anUnrefdSocketThatFailsClosesInTheRunInProgress() {
        int port = refusingPort();
        AtomicInteger closed = new AtomicInteger();
        withOpenLoop(loop -> {
            Hold hold = loop.hold();
            RecordedSocket socket = connect(loop, port).onError((s, error) -> hold.release())
                    .onClose((s, e) -> closed.incrementAndGet());
            socket.socket().unref();
            assertReturns(loop, "it has failed");
            assertEquals(1, closed.get(), "close callbacks");
        });
    }
}
