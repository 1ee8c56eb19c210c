package dev.anyloop.tck.rules.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.tls.Certificates;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

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

    @Rule({"LOOP-006", "TLS-001"})
    void stopInEveryCallbackLosesNothingOfASecuredSocket() {
        SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
        ListenOptions listening = ListenOptions.defaults().withTls(TlsOptions.server(context));
        ConnectOptions connecting = ConnectOptions.defaults().withTls(TlsOptions.client().withContext(context).withServerName("localhost"));
        for (RecordedSocket socket : talkStepByStep(listening, connecting,
                (step, socket, begin) -> socket.onConnect(begin),
                (step, socket, begin) -> begin.run(socket.socket()))) {
            assertEquals("data end close", socket.trace().replaceFirst("^connect ", ""));
        }
    }

    @Rule({"LOOP-006", "TLS-017"})
    void stopInEveryCallbackLosesNothingOfASocketThatIsSecuredLater() {
        SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
        TlsOptions client = TlsOptions.client().withContext(context).withServerName("localhost");
        for (RecordedSocket socket : talkStepByStep(ListenOptions.defaults(), ConnectOptions.defaults(),
                (step, socket, begin) -> socket.onConnect(s -> {
                    step.callback();
                    socket.startTls(client, begin);
                }),
                (step, socket, begin) -> socket.startTls(TlsOptions.server(context), begin))) {
            assertEquals("secure data end close", socket.trace().replaceFirst("^connect ", ""));
        }
    }

    /** Sees to it that somebody begins when the socket is what it is to be. */
    @FunctionalInterface
    private interface WhenReady {
        void of(SingleStep step, RecordedSocket socket, SocketCallback begin) throws Exception;
    }

    /** Clients and servers of one loop, so that several of them are ready at once, and for different things. */
    private List<RecordedSocket> talkStepByStep(ListenOptions listening, ConnectOptions connecting, WhenReady ofClient, WhenReady ofServer) {
        List<RecordedSocket> sockets = new ArrayList<>();
        AtomicInteger closed = new AtomicInteger();
        withOpenLoop(loop -> {
            SingleStep step = new SingleStep(world(), loop, limits());
            Server server = loop.listen(LOCALHOST, 0, listening, (own, accepted) -> accepted(accepted, socket -> {
                step.callback();
                sockets.add(talk(step, socket, closed));
                ofServer.of(step, socket, s -> {
                    if (listening.tls() == null) { // else this is the accept callback
                        step.callback();
                    }
                    s.write("hello");
                });
            }));
            for (int i = 0; i < MANY; i++) {
                RecordedSocket client = talk(step, record(loop.connect(LOCALHOST, port(server), connecting)), closed);
                sockets.add(client);
                ofClient.of(step, client, s -> {
                    step.callback();
                    s.write("hello");
                });
            }
            when(loop, () -> closed.get() == 2 * MANY, all -> server.close());
            step.runUntilEmpty();
        });
        assertEquals(2 * MANY, closed.get(), "sockets that are closed");
        sockets.forEach(socket -> assertEquals("hello", socket.text()));
        return sockets;
    }

    private static RecordedSocket talk(SingleStep step, RecordedSocket socket, AtomicInteger closed) {
        return step.in(socket)
                .onConnect(s -> step.callback())
                .onRead((s, data) -> {
                    step.callback();
                    s.end();
                })
                .onClose((s, error) -> {
                    step.callback();
                    closed.incrementAndGet();
                });
    }
}
