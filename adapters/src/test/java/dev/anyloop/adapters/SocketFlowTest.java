package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SocketFlowTest {

    private static final ListenOptions LISTEN = ListenOptions.defaults().withSocket(Peers.HALF_OPEN);
    private static final ConnectOptions CONNECT = ConnectOptions.defaults().withSocket(Peers.HALF_OPEN);

    private final List<String> told = new ArrayList<>();

    /** Requests as it is told, and keeps what it gets. */
    private static class Collector implements Flow.Subscriber<ByteBuffer> {

        final CompletableFuture<byte[]> end = new CompletableFuture<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription to) {
            subscription = to;
            request();
        }

        void request() {
            subscription.request(1);
        }

        @Override
        public void onNext(ByteBuffer element) {
            byte[] copy = new byte[element.remaining()];
            element.get(copy);
            bytes.writeBytes(copy);
            request();
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            end.complete(bytes.toByteArray());
        }
    }

    private static byte[] random(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    // ---- on simulated hosts ----

    /** A relay of streams: client to relay to server and back, cut, delayed, slowly requested; nothing is lost, and the end passes. */
    @SimulationTest(runs = 100)
    void whatIsPublishedIsWhatWasSent(Simulation sim) {
        Random random = new Random(sim.seed());
        byte[] sent = random(sim.seed(), 1 + random.nextInt(300_000));
        sim.host("client");
        sim.host("relay");
        sim.host("server");
        Rule chunks = sim.link("client", "relay").chunks(1000 + random.nextInt(100_000));
        Rule late = sim.link("relay", "server").latency(Duration.ZERO, Duration.ofMillis(5));
        Collector received = new Collector();
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) -> {
            SocketFlow flow = SocketFlow.of(socket);
            flow.publisher().subscribe(flow.subscriber()); // an echo
        }));
        sim.host("relay").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) -> {
            SocketFlow here = SocketFlow.of(socket, 1 + random.nextInt(65_536));
            SocketFlow there = SocketFlow.of(loop.connect("server", 4000, CONNECT));
            here.publisher().subscribe(there.subscriber());
            there.publisher().subscribe(here.subscriber());
            here.closed().whenComplete((none, error) -> told.add("closed " + error));
        }));
        sim.host("client").start(loop -> {
            Socket socket = loop.connect("relay", 4000, CONNECT);
            SocketFlow.of(socket).publisher().subscribe(random.nextBoolean() ? received : new Slow(received, loop, random));
            socket.write(sent);
            socket.end();
        });
        sim.runUntil(() -> received.end.isDone() && !told.isEmpty(), Duration.ofMinutes(10));
        assertTrue(Arrays.equals(sent, received.end.join()));
        assertEquals(List.of("closed null"), told);
        chunks.close();
        late.close();
    }

    /** Asks for the next element later. */
    private record Slow(Collector to, EventLoop loop, Random random) implements Flow.Subscriber<ByteBuffer> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            to.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    loop.timer(Duration.ofMillis(random.nextInt(10)), timer -> subscription.request(n));
                }

                @Override
                public void cancel() {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(ByteBuffer element) {
            to.onNext(element);
        }

        @Override
        public void onError(Throwable error) {
            to.onError(error);
        }

        @Override
        public void onComplete() {
            to.onComplete();
        }
    }

    @SimulationTest(runs = 20)
    void whoRequestsNothingStallsThePeer(Simulation sim) {
        Socket[] client = new Socket[1];
        AtomicInteger elements = new AtomicInteger();
        Collector collector = new Collector() {
            @Override
            void request() {}

            @Override
            public void onNext(ByteBuffer element) {
                elements.incrementAndGet();
            }
        };
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) ->
                SocketFlow.of(socket).publisher().subscribe(collector)));
        sim.host("client").start(loop -> {
            client[0] = loop.connect("server", 4000, CONNECT);
            client[0].write(new byte[1 << 20]);
        });
        sim.advance(Duration.ofSeconds(10));
        assertEquals(0, elements.get());
        assertTrue(client[0].pendingBytes() > 700_000, "buffers hold the rest");
        collector.subscription.request(3);
        sim.advance(Duration.ofSeconds(10));
        assertEquals(3, elements.get());
    }

    /** So no more than an element and the high water mark is ever pending. */
    @SimulationTest(runs = 20)
    void aPeerThatDoesNotReadStallsThePublisher(Simulation sim) {
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) -> {
            socket.pause().onError((s, error) -> { });
            loop.timer(Duration.ofSeconds(20), timer -> socket.resume());
        }));
        int[] produced = {0};
        Socket[] client = new Socket[1];
        sim.host("client").start(loop -> {
            SocketOptions small = SocketOptions.defaults().withAllowHalfOpen(true).withWaterMarks(10_000, 2_000);
            client[0] = loop.connect("server", 4000, ConnectOptions.defaults().withSocket(small));
            Flow.Subscriber<ByteBuffer> to = SocketFlow.of(client[0]).subscriber();
            to.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    if (produced[0] < 400) {
                        produced[0]++;
                        loop.execute(() -> to.onNext(ByteBuffer.allocate(1000)));
                    }
                }

                @Override
                public void cancel() {
                    told.add("cancelled");
                }
            });
        });
        sim.advance(Duration.ofSeconds(10));
        int stalled = produced[0];
        assertTrue(stalled > 100 && stalled < 200 && client[0].pendingBytes() <= 11_000, "produced " + stalled);
        sim.advance(Duration.ofSeconds(5));
        assertEquals(stalled, produced[0]);
        sim.advance(Duration.ofSeconds(10));
        assertTrue(produced[0] > stalled, "it goes on");
        sim.link("client", "server").reset();
        sim.advance(Duration.ofSeconds(1));
        client[0].write("!"); // nobody reads here, so that is how it learns of it
        sim.runUntil(() -> !told.isEmpty());
        assertEquals(List.of("cancelled"), told);
    }

    @SimulationTest(runs = 20)
    void whatComesBeforeAResetIsPublishedBeforeTheError(Simulation sim) {
        Collector collector = new Collector() {
            @Override
            void request() {}
        };
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) ->
                SocketFlow.of(socket).publisher().subscribe(collector)));
        sim.host("client").start(loop -> loop.connect("server", 4000, CONNECT).onError((s, error) -> { }).write("hello"));
        sim.advance(Duration.ofSeconds(1));
        sim.link("client", "server").reset();
        sim.advance(Duration.ofSeconds(10));
        assertFalse(collector.end.isDone());
        collector.subscription.request(5);
        sim.advance(Duration.ofSeconds(10));
        String came = collector.bytes.toString(); // what had come when it was paused, wherever TCP has cut it
        assertTrue(!came.isEmpty() && "hello".startsWith(came), came);
        assertTrue(collector.end.isCompletedExceptionally());
    }

    /** Nothing is told after, and what was written arrives. */
    @SimulationTest(runs = 20)
    void whoCancelsClosesTheSocket(Simulation sim) {
        Collector received = new Collector();
        Collector cancelling = new Collector() {
            @Override
            public void onNext(ByteBuffer element) {
                told.add("element");
                subscription.cancel();
                subscription.request(5);
            }
        };
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) -> {
            SocketFlow flow = SocketFlow.of(socket, 1);
            socket.write("farewell");
            flow.publisher().subscribe(cancelling);
            flow.closed().thenRun(() -> told.add("closed"));
        }));
        sim.host("client").start(loop -> {
            Socket socket = loop.connect("server", 4000, CONNECT);
            SocketFlow.of(socket).publisher().subscribe(received);
            socket.write("hello");
        });
        sim.runUntil(() -> received.end.isDone() && told.contains("closed"), Duration.ofMinutes(1));
        assertEquals("farewell", new String(received.end.join()));
        assertEquals(List.of("element", "closed"), told);
        assertFalse(cancelling.end.isDone());
    }

    @SimulationTest(runs = 20)
    void whatASubscriberThrowsAbortsTheSocketAndIsThrownOn(Simulation sim) {
        sim.host("server").start(loop -> {
            loop.onUncaught((same, thrown) -> told.add(thrown.getMessage()));
            loop.listen(null, 4000, LISTEN, (server, socket) -> {
                SocketFlow flow = SocketFlow.of(socket, 1);
                flow.publisher().subscribe(new Collector() {
                    @Override
                    public void onNext(ByteBuffer element) {
                        throw new IllegalStateException("mine");
                    }
                });
                flow.closed().thenRun(() -> told.add("closed"));
            });
        });
        sim.host("client").start(loop -> loop.connect("server", 4000, CONNECT).onError((s, error) -> { }).write("hello"));
        sim.runUntil(() -> told.contains("closed"));
        assertEquals(List.of("mine", "closed"), told);
    }

    /** Or the socket would be paused for ever, for nobody else may subscribe. */
    @SimulationTest(runs = 20)
    void whatASubscriberThrowsWhenItSubscribesAbortsTheSocketToo(Simulation sim) {
        sim.host("server").start(loop -> {
            loop.onUncaught((same, thrown) -> told.add(thrown.getMessage()));
            loop.listen(null, 4000, LISTEN, (server, socket) -> {
                SocketFlow flow = SocketFlow.of(socket, 1);
                flow.closed().thenRun(() -> told.add("closed"));
                loop.execute(() -> flow.publisher().subscribe(new Collector() {
                    @Override
                    void request() {
                        super.request();
                        throw new IllegalStateException("mine");
                    }

                    @Override
                    public void onNext(ByteBuffer element) {
                        told.add("element");
                    }
                }));
            });
        });
        sim.host("client").start(loop -> loop.connect("server", 4000, CONNECT).onError((s, error) -> { }).write("hello"));
        sim.advance(Duration.ofSeconds(10));
        assertEquals(List.of("mine", "closed"), told);
    }

    /** What fails above must not look whole below. */
    @SimulationTest(runs = 20)
    void anErrorOfThePublisherAbortsTheSocket(Simulation sim) {
        SocketFlow[] flow = new SocketFlow[1];
        sim.host("server").start(loop -> loop.listen(null, 4000, LISTEN, (server, socket) -> socket.pause().onError((s, error) -> { })));
        sim.host("client").start(loop -> {
            Socket socket = loop.connect("server", 4000, CONNECT);
            flow[0] = SocketFlow.of(socket);
            flow[0].subscriber().onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    told.add("cancelled");
                }
            });
            flow[0].subscriber().onNext(ByteBuffer.allocate(1 << 20));
            loop.timer(Duration.ofSeconds(1), timer -> {
                flow[0].subscriber().onError(new IllegalStateException());
                told.add("open " + socket.isOpen());
            });
        });
        sim.runUntil(() -> flow[0] != null && flow[0].closed().isDone(), Duration.ofMinutes(1));
        assertEquals(List.of("open false", "cancelled"), told);
    }

    // ---- with threads ----

    /** A publisher with threads of its own, and back, on a socket that echoes. */
    @OnEachBackend
    void publishersOfOtherThreadsArriveWhole(String backend) {
        byte[] sent = random(1, 3_000_000);
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>();
        try (Peers peers = new Peers(backend)) {
            SocketFlow flow = peers.connect(peer -> {
                SocketFlow echo = SocketFlow.of(peer);
                echo.publisher().subscribe(echo.subscriber());
            }, SocketFlow::of);
            Collector received = new Collector();
            publisher.subscribe(flow.subscriber());
            flow.publisher().subscribe(received);
            for (int at = 0; at < sent.length; at += 10_000) {
                publisher.submit(ByteBuffer.wrap(sent, at, 10_000));
            }
            publisher.close();
            assertTrue(Arrays.equals(sent, Peers.get(received.end)));
            Peers.get(flow.closed());
        }
    }

    /** Whatever the order of subscribing and closing, each subscriber is told an end. */
    @OnEachBackend
    void whoSubscribesWhileTheLoopClosesIsToldTheEnd(String backend) throws Exception {
        for (int i = 0; i < 30; i++) {
            Peers peers = new Peers(backend);
            SocketFlow flow = peers.connect(peer -> peer.write(new byte[10]), SocketFlow::of);
            Thread closing = new Thread(peers::close);
            closing.start();
            Collector collector = new Collector();
            flow.publisher().subscribe(collector);
            closing.join();
            collector.subscription.request(1);
            Throwable error = collector.end.handle((bytes, thrown) -> thrown).get(Peers.PATIENCE_SECONDS, java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(ErrorKind.SOCKET_CLOSED, ((NetworkException) error).kind());
        }
    }

    @Test
    void misuseIsRefused() {
        try (Peers peers = new Peers("nio")) {
            Socket socket = peers.connect(peer -> { }, same -> same);
            assertThrows(IllegalStateException.class, () -> SocketFlow.of(socket));
            peers.onLoop(() -> {
                assertThrows(IllegalArgumentException.class, () -> SocketFlow.of(socket, 0));
                return assertThrows(IllegalArgumentException.class, () -> SocketFlow.of(socket, 65_537));
            });
        }
    }
}
