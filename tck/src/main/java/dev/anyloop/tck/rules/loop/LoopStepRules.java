package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Chapter LOOP of the specification, third part: stopping a loop in each and every callback. */
public abstract class LoopStepRules extends Chapter {

    private static final int MANY = 10;

    @Rule({"LOOP-006", "LOOP-007"})
    void stopInEveryCallbackLosesNoTaskAndNoTimer() {
        List<Integer> tasks = new ArrayList<>();
        List<Integer> timers = new ArrayList<>();
        withOpenLoop(loop -> {
            SingleStep step = new SingleStep(world(), loop, limits());
            for (int i = 0; i < MANY; i++) {
                int number = i;
                loop.execute(() -> {
                    step.callback();
                    tasks.add(number);
                });
                loop.timer(Duration.ofNanos(i * 1_000), timer -> {
                    step.callback();
                    timers.add(number);
                });
            }
            step.runUntilEmpty();
        });
        assertEquals(IntStream.range(0, MANY).boxed().toList(), tasks);
        assertEquals(IntStream.range(0, MANY).boxed().toList(), timers);
    }

    @Rule({"LOOP-006", "LOOP-007"})
    void stopInEveryCallbackLosesNothingOfASocket() {
        int peer = peerServer(p -> p.send(p.read(4)).end().readAll());
        int refusing = refusingPort();
        List<RecordedSocket> sockets = new ArrayList<>();
        List<RecordedSocket> refused = new ArrayList<>();
        withOpenLoop(loop -> {
            SingleStep step = new SingleStep(world(), loop, limits());
            for (int i = 0; i < MANY; i++) {
                sockets.add(step.in(connect(loop, peer)).onConnect(socket -> {
                    step.callback();
                    socket.write("four");
                }));
                refused.add(step.in(connect(loop, refusing)));
            }
            step.runUntilEmpty();
        });
        refused.forEach(socket -> assertEquals("error close", socket.trace()));
        sockets.forEach(socket -> {
            assertEquals("connect data end close", socket.trace());
            assertEquals("four", socket.text());
        });
    }

    @Rule({"LOOP-006", "LOOP-007"})
    void stopInEveryCallbackLosesNoConnection() {
        List<RecordedSocket> accepted = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        withOpenLoop(loop -> {
            SingleStep step = new SingleStep(world(), loop, limits());
            Server server = listen(loop, socket -> {
                step.callback();
                accepted.add(step.in(socket));
            });
            server.onClose(s -> {
                step.callback();
                closed.add("server");
            });
            AtomicInteger clients = new AtomicInteger();
            for (int i = 0; i < MANY; i++) {
                peer(port(server), p -> {
                    assertEquals("", p.send("data").end().readAllText());
                    clients.incrementAndGet();
                });
            }
            when(loop, () -> clients.get() == MANY, all -> server.close());
            step.runUntilEmpty();
        });
        assertEquals(List.of("server"), closed);
        assertEquals(MANY, accepted.size());
        accepted.forEach(socket -> {
            assertEquals("data end close", socket.trace());
            assertEquals("data", socket.text());
        });
    }

    @Rule("LOOP-006")
    void stopLeavesCompletionsAndDrainsForTheNextRun() {
        CountDownLatch written = latch(1);
        int port = smallPeerServer(peer -> peer.await(written).drain());
        List<String> seen = new ArrayList<>();
        withOpenLoop(loop -> {
            SingleStep step = new SingleStep(world(), loop, limits());
            RecordedSocket socket = connect(loop, port, SMALL);
            socket.onDrain(s -> {
                step.callback();
                seen.add("drain");
                closeAfterSix(seen, s);
            });
            socket.onConnect(s -> {
                for (int i = 0; i < 5; i++) {
                    int number = i;
                    s.write(ByteBuffer.allocate(big() / 5), (done, error) -> {
                        step.callback();
                        seen.add("write " + number + " " + error);
                        closeAfterSix(seen, s);
                    });
                }
                written.countDown();
                step.callback();
            });
            step.runUntilEmpty();
            assertEquals("connect close", socket.trace());
        });
        assertTrue(seen.remove("drain"));
        assertEquals(IntStream.range(0, 5).mapToObj(i -> "write " + i + " null").toList(), seen);
    }

    private static void closeAfterSix(List<String> seen, Socket socket) {
        if (seen.size() == 6) {
            socket.close();
        }
    }
}
