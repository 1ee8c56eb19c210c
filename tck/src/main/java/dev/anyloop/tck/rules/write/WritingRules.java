package dev.anyloop.tck.rules.write;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.Medium.TLS_1_3;
import static dev.anyloop.tck.rules.Medium.UNIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.ErrorKind;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Payload;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.LimitedServer;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.rules.ServerProcess;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/**
 * Chapter WRITE of the specification: sending bytes. When they leave is in {@link FlushingRules}, how a write ends in
 * {@link CompletionRules}, what is pending in {@link WaterMarkRules}.
 */
public abstract class WritingRules extends Chapter {

    private static final int BUFFER = 65_536;

    @Rule("WRITE-001")
    void muchArrivesInOrderAtASlowReader() {
        int total = bulk(50);
        Payload received = new Payload();
        int port = smallPeerServer(peer -> received.checkAll(peer, 10_007));
        withLoop(loop -> {
            Payload sent = new Payload();
            SocketCallback more = s -> {
                boolean goOn = true;
                while (goOn && sent.offset() < total) {
                    goOn = s.write(sent.next((int) Math.min(1 + random().nextInt(200_000), total - sent.offset())));
                }
                if (sent.offset() == total) {
                    s.end();
                }
            };
            connect(loop, port).onConnect(more).onDrain(more);
        });
        assertEquals(total, received.offset());
    }

    @Rule("WRITE-001")
    void theOrderIsThatOfTheCallsWhateverTheCallbackAndTheSize() {
        Payload sent = new Payload();
        Payload received = new Payload();
        CountDownLatch written = latch(1);
        int port = smallPeerServer(peer -> received.checkAll(peer.send("x").await(written), 3_001));
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            writeAll(sender.socket(), sent);
            loop.execute(() -> writeAll(sender.socket(), sent));
            loop.timer(Duration.ZERO, timer -> writeAll(sender.socket(), sent));
            sender.onConnect(s -> writeAll(s, sent))
                    .onRead((s, data) -> {
                        writeAll(s, sent);
                        written.countDown();
                    })
                    .onDrain(s -> {
                        if (sender.drains() == 1) {
                            writeAll(s, sent);
                            s.write(ByteBuffer.wrap(sent.next(1)), (same, error) -> {
                                writeAll(s, sent);
                                s.end();
                            });
                        }
                    });
        });
        assertEquals(sent.offset(), received.offset());
    }

    /** Every size at which something changes in a queue of buffers, and every kind of write. */
    private static void writeAll(Socket s, Payload sent) {
        for (int size : new int[] {1, 0, BUFFER - 1, BUFFER, BUFFER + 1, 2, 3 * BUFFER + 17}) {
            s.write(sent.next(size));
            s.write(ByteBuffer.wrap(sent.next(size)));
            s.write(ByteBuffer.allocateDirect(size).put(sent.next(size)).flip());
            s.write(ByteBuffer.wrap(sent.next(size)), (same, error) -> assertNull(error));
        }
    }

    @Rule("WRITE-002")
    void aBufferMayBeChangedAsSoonAsItWasWritten() {
        Payload sent = new Payload();
        Payload received = new Payload();
        CountDownLatch changed = latch(1);
        int port = smallPeerServer(peer -> received.checkAll(peer.await(changed), BUFFER));
        withLoop(loop -> connect(loop, port, SMALL).onConnect(s -> {
            ByteBuffer direct = ByteBuffer.allocateDirect(big()).put(sent.next(big())).flip();
            s.write(direct); // first, when the kernel takes some of it at once, but not all
            direct.clear().put(new byte[big()]);
            byte[] array = sent.next(big());
            s.write(array);
            Arrays.fill(array, (byte) 0);
            writeParts(s, ByteBuffer.allocate(3 * BUFFER), sent);
            writeParts(s, ByteBuffer.allocateDirect(3 * BUFFER), sent);
            s.end();
            changed.countDown();
        }));
        assertEquals(sent.offset(), received.offset());
    }

    /** Plainly, read-only and with a completion; from within a buffer and as a slice of it. */
    private static void writeParts(Socket s, ByteBuffer memory, Payload sent) {
        List<Consumer<ByteBuffer>> ways = List.of(
                s::write,
                bytes -> s.write(bytes.asReadOnlyBuffer()),
                bytes -> s.write(bytes, (same, error) -> assertNull(error)));
        int length = memory.capacity() - 200;
        for (Consumer<ByteBuffer> way : ways) {
            way.accept(memory.clear().position(100).put(sent.next(length)).flip().position(100));
            memory.clear().put(new byte[memory.capacity()]);
            way.accept(memory.slice(7, length).put(sent.next(length)).flip());
            memory.clear().put(new byte[memory.capacity()]);
        }
    }

    @Rule("WRITE-002")
    void aBufferIsConsumedFromPositionToLimit() {
        int port = peerServer(peer -> assertEquals("bcdbcdbcd", peer.readAllText()));
        withLoop(loop -> connect(loop, port).onConnect(s -> {
            byte[] array = "abcde".getBytes(StandardCharsets.UTF_8);
            ByteBuffer direct = ByteBuffer.allocateDirect(5).put(array);
            ByteBuffer readOnly = ByteBuffer.wrap(array).asReadOnlyBuffer();
            for (ByteBuffer bytes : List.of(ByteBuffer.wrap(array), direct, readOnly)) {
                s.write(bytes.limit(4).position(1));
                assertEquals("4 of 4", bytes.position() + " of " + bytes.limit());
            }
            s.close();
            ByteBuffer late = ByteBuffer.wrap(array);
            s.write(late);
            assertFalse(late.hasRemaining(), "not consumed by a write after close");
        }));
    }

    @Rule("WRITE-003")
    void anEmptyWriteDoesNotPutOffATimeout() {
        assertEquals(ErrorKind.READ_TIMEOUT, failureOfEmptyWrites((s, timeout) -> s.readTimeout(timeout)));
        assertEquals(ErrorKind.WRITE_TIMEOUT, failureOfEmptyWrites(
                (s, timeout) -> s.writeTimeout(timeout).write(new byte[big()])));
    }

    @FunctionalInterface
    private interface TimeoutSetter {
        void set(Socket socket, Duration timeout);
    }

    /** Writes nothing, often, for ever. */
    private ErrorKind failureOfEmptyWrites(TimeoutSetter timeout) {
        int port = smallPeerServer(Peer::hold);
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            RecordedSocket sender = connect(loop, port, SMALL);
            sockets.add(sender);
            sender.onConnect(s -> {
                timeout.set(s, limits().mustNotHappen());
                loop.interval(limits().mustNotHappen().dividedBy(10), timer -> s.write("")).unref();
            });
        });
        return sockets.get(0).expectedError().kind();
    }

    @Rule("WRITE-012")
    void textIsSentAsUtf8() {
        String text = "a é ß € 漢 😀 \0 end";
        StringBuilder builder = new StringBuilder(text);
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        int port = peerServer(peer -> {
            assertSameBytes(expected, peer.read(expected.length));
            assertSameBytes(expected, peer.read(expected.length));
            assertSameBytes(expected, peer.readAll());
        });
        withLoop(loop -> connect(loop, port).onConnect(s -> {
            s.write(text);
            s.write(builder);
            builder.setLength(0);
            s.write(CharBuffer.wrap(text));
            s.close();
        }));
    }

    @Rule("WRITE-012")
    @NeedsSystem("a process with another charset")
    @NotOver(value = {TLS_1_3, TLS_1_2}, because = "that process has no certificate")
    @NotOver(value = UNIX, because = "that process listens on a port")
    void textIsUtf8WhateverTheDefaultCharset() throws Exception {
        try (ServerProcess process = ServerProcess.start(backend(), 1_000, "-Dfile.encoding=US-ASCII")) {
            Assumptions.assumeFalse(process.charset().equals("UTF-8"), "the default charset cannot be changed");
            byte[] expected = LimitedServer.GREETING.getBytes(StandardCharsets.UTF_8);
            assertSameBytes(expected, client(process.port()).read(expected.length));
        }
    }
}
