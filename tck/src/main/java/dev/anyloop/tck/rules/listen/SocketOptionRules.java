package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.write.FlushingRules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Chapter LISTEN of the specification, continued: the options of accepted sockets, beside those of connected ones. That
 * TCP_NODELAY is on by default is shown in {@link FlushingRules}.
 */
public abstract class SocketOptionRules extends Chapter {

    private static final SocketOptions DEFAULTS = SocketOptions.defaults();

    private static final int ROUNDS = 25;

    /** A system that delays its acknowledgements does so for 40 ms. */
    private static final long STALL = TimeUnit.MILLISECONDS.toNanos(25);

    private final List<RecordedSocket> sockets = new ArrayList<>();

    @FunctionalInterface
    private interface Check {
        void run(RecordedSocket socket) throws Exception;
    }

    /** Plays the script against a socket that connects and against one that is accepted. */
    private void withBoth(SocketOptions options, PeerScript script, Check check) {
        withBoth(LOCALHOST, options, script, check);
    }

    private void withBoth(String host, SocketOptions options, PeerScript script, Check check) {
        sockets.clear();
        int port = peers().listen(host, 0, script);
        withLoop(loop -> {
            RecordedSocket connecting = record(loop.connect(host, port, ConnectOptions.defaults().withSocket(options)));
            sockets.add(connecting);
            connecting.onConnect(s -> check.run(connecting));
            ListenOptions listening = ListenOptions.defaults().withSocket(options);
            Server server = loop.listen(host, 0, listening, (listener, socket) -> accepted(socket, accepted -> {
                listener.close();
                sockets.add(accepted);
                check.run(accepted);
            }));
            peers().connect(host, port(server), script);
        });
        assertEquals(2, sockets.size());
    }

    @Rule({"LISTEN-011", "HALF-003"})
    void allowHalfOpenIsTheServersChoice() {
        withBoth(DEFAULTS.withAllowHalfOpen(true), peer -> assertEquals("late", peer.end().readAllText()), socket ->
                socket.onEnd(s -> s.loop().timer(Duration.ofMillis(5), timer -> {
                    assertTrue(s.isOpen());
                    s.write("late");
                    s.end();
                })));
    }

    @Rule({"LISTEN-011", "WRITE-008", "WRITE-009"})
    void theWaterMarksAreTheServersChoice() {
        SocketOptions options = SMALL.withWaterMarks(500_000, 100_000);
        withBoth(options, Peer::drain, socket -> {
            Socket s = socket.socket();
            for (int i = 0; i < 100; i++) {
                boolean below = s.write(new byte[10_000]);
                assertEquals(s.pendingBytes() < 500_000, below);
            }
            socket.onDrain(drained -> assertTrue(drained.pendingBytes() <= 100_000));
            s.close();
        });
    }

    @Rule({"LISTEN-011", "CLOSE-002"})
    void theCloseTimeoutIsTheServersChoice() {
        withBoth(SMALL.withCloseTimeout(limits().mustNotHappen()), Peer::hold, socket -> {
            socket.socket().write(new byte[2 * big()]);
            socket.socket().close();
        });
        sockets.forEach(socket -> assertEquals(ErrorKind.CLOSE_TIMEOUT, socket.expectedCloseError().kind()));
    }

    /** Where the system tells: an idle connection with SO_KEEPALIVE has a timer, one without has none. */
    @Rule("LISTEN-011")
    @NeedsSystem("the system's table of connections")
    void keepAliveIsOffUnlessTheServerChoosesIt() {
        requireTable();
        for (boolean keepAlive : new boolean[] {false, true}) {
            withBoth(DEFAULTS.withKeepAlive(keepAlive), Peer::drain, socket ->
                    socket.socket().loop().timer(limits().mustNotHappen(), timer -> {
                        assertEquals(keepAlive ? "02" : "00", timer(socket.socket()));
                        socket.socket().close();
                    }));
        }
    }

    /** The kind of the kernel's timer: 00 none, 02 keep-alive. */
    private static String timer(Socket socket) throws IOException {
        return columns(socket)[5].substring(0, 2);
    }

    private static int bytesReceivedAndUnread(Socket socket) throws IOException {
        return Integer.parseInt(columns(socket)[4].substring(9), 16);
    }

    private static void requireTable() {
        if (!Files.isReadable(Path.of("/proc/net/tcp"))) {
            throw new TestAbortedException("this system has no table of its connections");
        }
    }

    /** What the system's table has of the connection. */
    private static String[] columns(Socket socket) throws IOException {
        String local = String.format(":%04X ", ((InetSocketAddress) socket.localAddress()).getPort());
        String remote = String.format(":%04X 01 ", ((InetSocketAddress) socket.remoteAddress()).getPort());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                String line = lines.filter(each -> each.contains(local) && each.contains(remote)).findAny().orElse("");
                if (!line.isEmpty()) {
                    return line.strip().split("\\s+");
                }
            }
        }
        throw new AssertionError("not in the table:" + local + remote);
    }

    /** Engines open sockets of either family in ways of their own. */
    @Rule({"LISTEN-011", "WRITE-013"})
    @NeedsSystem("the system's table of connections")
    void ofIpv6SocketsTheOptionsAreThoseChosenToo() {
        requireTable();
        assumeIpv6();
        List<Long> rounds = new ArrayList<>();
        SocketOptions options = SMALL.withKeepAlive(true);
        withLoop(loop -> {
            Server server = loop.listen("::1", 0, ListenOptions.defaults().withSocket(options), (listener, socket) -> accepted(socket, accepted -> {
                listener.close();
                sockets.add(accepted);
                whenBothHaveCome(accepted, SocketOptionRules::writeTwice);
            }));
            long[] begun = {nanoTime()};
            RecordedSocket connecting = record(loop.connect("::1", port(server), ConnectOptions.defaults().withSocket(options)));
            sockets.add(connecting.onConnect(SocketOptionRules::writeTwice));
            whenBothHaveCome(connecting, s -> {
                rounds.add(nanoTime() - begun[0]);
                begun[0] = nanoTime();
                if (rounds.size() < ROUNDS) {
                    writeTwice(s);
                } else {
                    afterQuiet(loop, quiet -> assertIdleWithKeepAliveAndSmallBuffers());
                }
            });
        });
        assertTrue(rounds.stream().sorted().toList().get(ROUNDS / 2) < STALL, () -> "rounds of small writes took " + rounds + " ns");
    }

    private void assertIdleWithKeepAliveAndSmallBuffers() throws IOException {
        assertEquals(2, sockets.size());
        for (RecordedSocket each : sockets) {
            assertEquals("02", timer(each.socket()));
        }
        for (RecordedSocket each : sockets) {
            each.socket().pause().write(new byte[big()]);
            assertTrue(each.socket().pendingBytes() > big() / 2, () -> each.socket().pendingBytes() + " pending");
        }
        sockets.forEach(each -> each.socket().abort());
    }

    /** The second byte leaves when the system has taken the first, so they cannot share a segment. */
    private static void writeTwice(Socket socket) {
        socket.write(ByteBuffer.allocate(1), (s, error) -> s.write("b"));
    }

    /** An answer to the first of them would let the second go. */
    private static void whenBothHaveCome(RecordedSocket socket, SocketCallback then) {
        int[] come = {0};
        socket.onRead((s, data) -> {
            come[0] = (come[0] + data.remaining()) % 2;
            if (come[0] == 0) {
                then.run(s);
            }
        });
    }

    /** Else a socket that nobody reads from would be sent next to nothing. */
    @Rule("LISTEN-011")
    @NeedsSystem("the system's table of connections")
    void whoChoosesNoReceiveBufferHasTheSystems() {
        requireTable();
        int some = 32_000;
        withBoth(DEFAULTS, peer -> peer.send(new byte[some]).hold(), socket -> {
            Socket s = socket.socket().pause();
            s.loop().interval(Duration.ofMillis(5), timer -> {
                if (bytesReceivedAndUnread(s) == some) {
                    timer.cancel();
                    s.abort();
                }
            });
        });
    }

    @Rule("LISTEN-011")
    void theSizeOfTheSendBufferIsTheServersChoice() {
        withBoth(SMALL, Peer::hold, socket -> {
            socket.socket().write(new byte[big()]);
            assertTrue(socket.socket().pendingBytes() > big() / 2, socket.socket().pendingBytes() + " pending");
            socket.socket().abort();
        });
    }

    /** What an unread peer can send before it stalls is bounded by both buffers. */
    @Rule("LISTEN-011")
    void theSizeOfTheReceiveBufferIsTheServersChoice() {
        loopbacks().forEach(this::assertTheReceiveBufferIsSmall);
    }

    private void assertTheReceiveBufferIsSmall(String host) {
        AtomicLong sent = new AtomicLong();
        PeerScript flood = peer -> {
            peer.socket().setSendBufferSize(16 * 1024);
            try {
                while (true) {
                    peer.send(new byte[1_000]);
                    sent.addAndGet(1_000);
                }
            } catch (IOException e) {
                // It is over.
            }
        };
        withBoth(host, DEFAULTS.withBufferSizes(4096, 0), flood, socket -> {
            socket.socket().pause();
            abortWhenStalled(socket.socket(), sent);
        });
        assertTrue(sent.get() > 0 && sent.get() < 2 * 60_000, sent + " bytes sent to two sockets at " + host);
        assertFalse(sockets.stream().anyMatch(socket -> socket.saw("data")));
    }

    private void abortWhenStalled(Socket socket, AtomicLong sent) {
        long[] before = {-1};
        socket.loop().interval(limits().mustNotHappen(), timer -> {
            if (sent.get() > 0 && sent.get() == before[0]) {
                timer.cancel();
                socket.abort();
            }
            before[0] = sent.get();
        });
    }
}
