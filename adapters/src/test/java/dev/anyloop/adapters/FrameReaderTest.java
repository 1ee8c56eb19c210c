package dev.anyloop.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.LengthPrefix;
import dev.anyloop.adapters.framing.FrameDecoder;
import dev.anyloop.adapters.framing.LineDecoder;
import dev.anyloop.sim.Rule;
import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import dev.anyloop.tck.run.OtherThread;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final MalformedCallback UNEXPECTED = (socket, error) -> {
        throw error;
    };

    private final List<String> told = new ArrayList<>();

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private void start(Simulation sim, FrameCallback<String> frames, MalformedCallback malformed, String... sent) {
        sim.host("server").start(loop -> {
            loop.onUncaught((same, thrown) -> told.add("threw " + thrown.getMessage()));
            loop.listen(null, 4000, (server, socket) -> {
                FrameReader.start(socket, new LineDecoder(10), frames, malformed);
                socket.onEnd(s -> told.add("end")).onError((s, error) -> told.add("error")).onClose((s, error) -> server.close());
            });
        });
        sim.host("client").start(loop -> {
            Socket socket = loop.connect("server", 4000).onError((s, error) -> { });
            for (String text : sent) {
                socket.write(text);
            }
            socket.end();
        });
        sim.runUntil(() -> told.contains("end") || told.contains("error"), Duration.ofMinutes(10));
    }

    /** Who does not use loop.execute is told so, and may do it then. */
    @SimulationTest(runs = 3)
    void onAnotherThreadItIsNeitherPausedNorResumed(Simulation sim) {
        start(sim, (reader, line) -> {
            told.add(line);
            OtherThread.isRefused(reader::pause);
            if (line.equals("one")) {
                reader.pause();
                OtherThread.isRefused(reader::resume);
                reader.socket().loop().timer(Duration.ofSeconds(1), timer -> {
                    OtherThread.isRefused(reader::resume);
                    told.add("resumed");
                    reader.resume();
                });
            }
        }, UNEXPECTED, "one\ntwo\n");
        assertEquals(List.of("one", "resumed", "two", "end"), told);
    }

    /** Paused and resumed at random, at once and later, and thrown at random; the link cuts, delays and loses. */
    @SimulationTest(runs = 200)
    void everyFrameComesOnceAndInOrderAndBeforeTheEnd(Simulation sim) {
        Random random = new Random(sim.seed());
        sim.host("client");
        sim.host("server");
        Rule chunks = sim.link("client", "server").chunks(1 + random.nextInt(9));
        Rule late = sim.link("client", "server").latency(Duration.ZERO, Duration.ofMillis(20));
        List<String> frames = new ArrayList<>();
        start(sim, (reader, line) -> {
            frames.add(line);
            switch (random.nextInt(5)) {
                case 0 -> reader.pause().resume();
                case 1 -> {
                    reader.pause();
                    reader.socket().loop().timer(Duration.ofMillis(random.nextInt(5)), timer -> reader.resume());
                }
                case 2 -> throw new IllegalStateException("at " + line);
                default -> { }
            }
        }, UNEXPECTED, String.join("\n", numbers(500)) + "\n");
        assertEquals(numbers(500), frames);
        assertEquals("end", told.get(told.size() - 1));
        chunks.close();
        late.close();
    }

    @SimulationTest(runs = 20)
    void aPausedReaderGetsNeitherFramesNorTheEnd(Simulation sim) {
        start(sim, (reader, line) -> {
            told.add(line);
            if (line.equals("b")) {
                reader.pause();
                reader.socket().loop().timer(Duration.ofSeconds(5), timer -> {
                    told.add("resumed");
                    reader.resume();
                });
            }
        }, UNEXPECTED, "a\nb\nc\n", "d\n");
        assertEquals(List.of("a", "b", "resumed", "c", "d", "end"), told);
    }

    @SimulationTest(runs = 20)
    void noFrameComesOnceTheSocketIsClosed(Simulation sim) {
        sim.host("server").start(loop -> loop.listen(null, 4000, (server, socket) -> {
            FrameReader.start(socket, new LineDecoder(10), (reader, line) -> {
                told.add(line);
                reader.pause().resume();
                socket.close();
            }, UNEXPECTED);
            socket.onClose((s, error) -> told.add("closed"));
        }));
        sim.host("client").start(loop -> loop.connect("server", 4000).onError((s, error) -> { }).write("a\nb\nc\n"));
        sim.runUntil(() -> told.contains("closed"));
        sim.advance(Duration.ofSeconds(10));
        assertEquals(List.of("a", "closed"), told);
    }

    /** A peer that goes on is neither heard nor does it stall. */
    @SimulationTest(runs = 20)
    void whatIsNoFrameIsToldOnceAfterTheFramesBefore(Simulation sim) {
        start(sim, (reader, line) -> told.add(line), (socket, error) -> told.add(error.getMessage()),
                "a\nb\n" + "x".repeat(11), "\nc\n".repeat(100_000));
        assertEquals(List.of("a", "b", "a line of more than 10 bytes", "end"), told);
    }

    /** It would be asked the same again and again, or make frames of what is none. */
    @SimulationTest(runs = 20)
    void aDecoderThatIsBrokenEndsTheSocketOnce(Simulation sim) {
        sim.host("server").start(loop -> {
            loop.onUncaught((same, uncaught) -> told.add(uncaught.getMessage()));
            loop.listen(null, 4000, (server, socket) -> {
                FrameReader.start(socket, brokenAfterOne(), (reader, line) -> told.add(line), UNEXPECTED);
                socket.onClose((s, error) -> told.add("closed"));
            });
        });
        sim.host("client").start(loop -> loop.connect("server", 4000).onError((s, error) -> { }).write("a\nb\nc\n"));
        sim.runUntil(() -> told.contains("closed"));
        sim.advance(Duration.ofSeconds(10));
        assertEquals(List.of("a", "broken", "closed"), told);
    }

    private static FrameDecoder<String> brokenAfterOne() {
        LineDecoder lines = new LineDecoder(10);
        boolean[] broken = {false};
        return new FrameDecoder<>() {
            @Override
            public @Nullable String next(ByteBuffer data) throws ProtocolException {
                if (broken[0]) {
                    throw new IllegalStateException("broken");
                }
                String line = lines.next(data);
                broken[0] = line != null;
                return line;
            }

            @Override
            public boolean isInFrame() {
                return false;
            }
        };
    }

    /** The reset drops what is under way, never what is between. */
    @SimulationTest(runs = 100)
    void whatComesBeforeAResetIsABeginning(Simulation sim) {
        sim.host("client");
        sim.host("server");
        Rule slow = sim.link("client", "server").bandwidth(2000);
        List<String> frames = new ArrayList<>();
        sim.host("server").start(loop -> loop.listen(null, 4000, (server, socket) -> {
            FrameReader.start(socket, new LineDecoder(10), (reader, line) -> frames.add(line), UNEXPECTED);
            socket.onError((s, error) -> told.add("error"));
        }));
        sim.host("client").start(loop -> loop.connect("server", 4000).onError((s, error) -> { })
                .write(String.join("\n", numbers(3000)) + "\n"));
        sim.advance(Duration.ofMillis(500 + new Random(sim.seed()).nextInt(3000)));
        sim.link("client", "server").reset();
        sim.runUntil(() -> told.contains("error"));
        assertEquals(numbers(frames.size()), frames);
        slow.close();
    }

    @OnEachBackend
    void framesArriveOnEachBackend(String backend) {
        LengthPrefix form = LengthPrefix.bigEndian(4, 1 << 20);
        List<Integer> lengths = new ArrayList<>();
        EventLoop.start(LoopOptions.defaults().withBackend(backend), loop -> {
            int port = ((InetSocketAddress) loop.listen("127.0.0.1", 0, (server, socket) -> {
                FrameReader.start(socket, form.decoder(), (reader, frame) -> {
                    lengths.add(frame.length);
                    reader.pause();
                    loop.execute(reader::resume);
                }, UNEXPECTED);
                socket.onEnd(s -> server.close());
            }).localAddress()).getPort();
            Socket client = loop.connect("127.0.0.1", port);
            for (int length : new int[] {0, 1, 300_000, 5}) {
                client.write(form.of(length));
                client.write(ByteBuffer.allocate(length));
            }
            client.onConnect(s -> {
                IllegalStateException[] refused = new IllegalStateException[1];
                Thread other = new Thread(() -> refused[0] = assertThrows(IllegalStateException.class,
                        () -> FrameReader.start(s, new LineDecoder(1), (reader, line) -> { }, UNEXPECTED)));
                other.start();
                other.join();
                assertTrue(refused[0].getMessage().contains("thread"));
            }).onClose((s, error) -> assertNull(error)).end();
        });
        assertEquals(List.of(0, 1, 300_000, 5), lengths);
    }

    @Test
    void aCallbackThatClosesTheLoopAndThrowsIsHeardOfAsItThrows() {
        String thrown = assertThrows(IllegalStateException.class, () ->
                EventLoop.start(LoopOptions.defaults().withBackend("nio"), loop -> {
                    int port = ((InetSocketAddress) loop.listen("127.0.0.1", 0, (server, socket) ->
                            FrameReader.start(socket, new LineDecoder(10), (reader, line) -> {
                                loop.close();
                                throw new IllegalStateException("mine");
                            }, UNEXPECTED)).localAddress()).getPort();
                    loop.connect("127.0.0.1", port).onError((s, error) -> { }).write("a\nb\n");
                })).getMessage();
        assertEquals("mine", thrown);
    }
}
