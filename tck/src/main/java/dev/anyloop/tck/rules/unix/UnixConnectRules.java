package dev.anyloop.tck.rules.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Operation;
import dev.anyloop.Server;
import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.function.Executable;

/**
 * Chapter UNIX of the specification: how a path is connected to, and how addresses are called. It is long because who finds no room in a
 * backlog has to wait, and each way to end that wait is asked for.
 */
public abstract class UnixConnectRules extends UnixChapter {

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");
    private static final Duration TIMEOUT = Duration.ofMillis(40);
    private static final int CROWD = 20;
    private static final int LONGEST = System.getProperty("os.name").startsWith("Mac") ? 102 : 106;

    // UNIX-001

    @Rule("UNIX-001")
    void whatIsAboutTcpAloneIsIgnored() {
        SocketOptions options = SocketOptions.defaults().withNoDelay(false).withKeepAlive(true).withReuseAddress(true)
                .withBufferSizes(64 * 1024, 64 * 1024);
        for (RecordedSocket socket : bothWays(options, peer -> peer.send("hello").end().readAll(), socket -> {})) {
            assertEquals("hello", socket.text());
        }
    }

    /** A system takes about so much as its buffer holds, and the default of none holds so little. */
    @Rule({"UNIX-001", "LISTEN-011"})
    void theSizeOfTheSendBufferIsHeededOnBothSides() {
        assumeLinux();
        for (RecordedSocket socket : bothWays(SocketOptions.defaults().withBufferSizes(0, 16 * 1024), Peer::hold, recorded ->
                whenConnected(recorded, s -> {
                    s.write(new byte[big()]);
                    afterQuiet(s.loop(), loop -> {
                        long taken = big() - s.pendingBytes();
                        assertTrue(taken > 0 && taken < 100_000, taken + " bytes are on their way");
                        s.abort();
                    });
                }))) {
            assertEquals("close", traceOf(socket));
        }
    }

    @Rule({"UNIX-001", "TLS-001"})
    void aPathMayBeSecured() {
        StringBuilder read = new StringBuilder();
        ListenOptions secured = Medium.TLS_1_3.of(ListenOptions.defaults()); // what they need is made here, which takes its time
        ConnectOptions securing = Medium.TLS_1_3.of(ConnectOptions.defaults());
        withLoop(loop -> {
            Server listening = loop.listen(fresh(), secured, (server, socket) -> {
                server.close();
                socket.write("hello");
                socket.close();
            });
            loop.connect(listening.localAddress(), securing)
                    .onError((socket, error) -> {
                        listening.close();
                        throw error;
                    })
                    .onConnect(socket -> read.append(socket.tls() == null ? "plain " : "secure "))
                    .onRead((socket, view) -> {
                        while (view.hasRemaining()) {
                            read.append((char) view.get());
                        }
                    });
        });
        assertEquals("secure hello", read.toString());
    }

    // UNIX-002

    /** Engines write a path where the one before may still be. */
    @Rule({"UNIX-001", "UNIX-002"})
    void aPathIsConnectedToAfterALongerOne() {
        UnixDomainSocketAddress shorter = (UnixDomainSocketAddress) address(peerServer(peer -> peer.send("shorter").end().readAll()));
        UnixDomainSocketAddress longer = UnixDomainSocketAddress.of(fresh() + "0000");
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(loop -> {
            Server listening = serve(loop, longer, ListenOptions.defaults());
            sockets.add(record(loop.connect(longer, ConnectOptions.defaults())).onConnect(s -> listening.close()));
            sockets.add(record(loop.connect(shorter, ConnectOptions.defaults()))
                    .onConnect(s -> assertEquals(shorter, s.remoteAddress())));
        });
        assertEquals("connect data end close", sockets.get(1).trace());
        assertEquals("shorter", sockets.get(1).text());
    }

    @Rule({"UNIX-002", "CONN-012"})
    void addressesArePathsOnBothSides() {
        List<Object> seen = new ArrayList<>();
        UnixDomainSocketAddress path = fresh();
        withLoop(loop -> {
            Server listening = loop.listen(path, ListenOptions.defaults(), (server, socket) -> {
                server.close();
                seen.add(0, List.of(socket.localAddress(), socket.remoteAddress()));
                assertEquals("socket to (unnamed) from " + path + ": open", socket.toString());
                socket.onClose((s, error) -> seen.add(s.localAddress()));
            });
            assertEquals(path, listening.localAddress());
            assertTrue(loop.describe().contains("server on " + path), loop.describe());
            record(loop.connect(path, ConnectOptions.defaults())).onConnect(socket -> {
                seen.add(List.of(socket.localAddress(), socket.remoteAddress()));
                assertEquals("socket to " + path + " from (unnamed): open", socket.toString());
                socket.close();
            });
        });
        assertEquals(List.of(List.of(path, UNNAMED), List.of(UNNAMED, path), path), seen);
    }

    @Rule({"UNIX-002", "CONN-002"})
    void anErrorCallsAPathByItsName() {
        UnixDomainSocketAddress path = fresh();
        RecordedSocket socket = withSocket(loop -> record(loop.connect(path, ConnectOptions.defaults())));
        NetworkException error = assertFailed(ErrorKind.CONNECT_REFUSED, socket);
        assertEquals(Operation.CONNECT + " " + path + " -1", error.operation() + " " + error.host() + " " + error.port());
        assertTrue(error.getMessage().startsWith("connect " + path + ": connect refused"), error.getMessage());
    }

    @Rule({"UNIX-002", "CONN-002"})
    void anErrorOfWhatWasAcceptedCallsThePeerUnnamed() {
        List<NetworkException> errors = new ArrayList<>();
        withLoop(loop -> peer(listenOnce(loop, SocketOptions.defaults(), socket ->
                socket.onError((s, error) -> errors.add(error)).socket().readTimeout(TIMEOUT)), peer -> peer.readAll()));
        assertEquals(1, errors.size());
        assertEquals("", errors.get(0).host());
        assertTrue(errors.get(0).getMessage().startsWith("read (unnamed): read timeout"), errors.get(0).getMessage());
    }

    // UNIX-007

    @Rule({"UNIX-007", "CONN-001"})
    void aPathNobodyListensAtIsRefused() {
        assertRefused(fresh(), "no such file");
        assertRefused((UnixDomainSocketAddress) address(refusingPort()), "nobody listens");
    }

    @Rule({"UNIX-007", "CONN-001"})
    @NeedsSystem("files")
    void whatIsNoSocketIsRefused() throws IOException {
        Path file = Files.writeString(fresh().getPath(), "x");
        Path directory = Files.createDirectory(fresh().getPath());
        assertRefused(UnixDomainSocketAddress.of(file), "no socket");
        assertRefused(UnixDomainSocketAddress.of(directory), "no socket");
        assertRefused(UnixDomainSocketAddress.of(file.resolve("below")), "no such file");
        Files.delete(file);
        Files.delete(directory);
    }

    private void assertRefused(UnixDomainSocketAddress address, String words) {
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket refused = record(loop.connect(address, ConnectOptions.defaults()));
            write(refused, "a");
            return refused;
        });
        assertEquals("error close", socket.trace());
        NetworkException error = assertFailed(ErrorKind.CONNECT_REFUSED, socket);
        if (world().hasSystem()) {
            assertTrue(error.getMessage().contains(words), error.getMessage());
        }
        assertEquals(List.of("a:CONNECT_REFUSED"), socket.completions());
    }

    // UNIX-008

    @Rule("UNIX-008")
    @NeedsSystem("a backlog that fills")
    void whoFindsTheBacklogFullWaitsUntilThereIsRoom() throws IOException {
        assumeLinux(); // which lets one more in than the backlog says
        ServerSocket server = peers().listen(LOCALHOST, 0);
        try (server) {
            int port = server.getLocalPort();
            client(port);
            client(port);
            RecordedSocket socket = withSocket(loop -> {
                RecordedSocket waiting = connect(loop, port).onConnect(s -> s.close());
                afterQuiet(loop, quiet -> {
                    assertEquals("", waiting.trace());
                    helper(() -> server.accept().close());
                });
                return waiting;
            });
            assertEquals("connect close", socket.trace());
        }
    }

    /** The pauses grow to fifty milliseconds; did they grow on, the next would be a second by now. A busy machine may take long now and then. */
    @Rule("UNIX-008")
    @NeedsSystem("a backlog that fills")
    void howeverLongThereWasNoRoomItIsFoundSoon() throws IOException {
        assumeLinux();
        Duration late = Duration.ofMillis(400);
        Duration best = timeToFindRoom();
        for (int i = 0; i < 4 && best.compareTo(late) >= 0; i++) {
            best = timeToFindRoom();
        }
        assertTrue(best.compareTo(late) < 0, "after " + best + ", and it was tried five times");
    }

    private Duration timeToFindRoom() throws IOException {
        AtomicLong room = new AtomicLong();
        AtomicLong found = new AtomicLong();
        ServerSocket server = peers().listen(LOCALHOST, 0);
        try (server) {
            int port = server.getLocalPort();
            client(port);
            client(port);
            withLoop(loop -> {
                connect(loop, port).onConnect(s -> {
                    found.set(nanoTime());
                    s.close();
                });
                loop.timer(Duration.ofMillis(1_100), timer -> helper(() -> {
                    server.accept().close();
                    room.set(nanoTime());
                }));
            });
        }
        return Duration.ofNanos(found.get() - room.get());
    }

    @Rule({"UNIX-008", "CONN-003"})
    void whoFindsNoRoomInTimeTimesOut() {
        int full = silentPort();
        RecordedSocket socket = withSocket(loop ->
                record(loop.connect(address(full), ConnectOptions.defaults().withConnectTimeout(TIMEOUT))));
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.CONNECT_TIMEOUT, socket);
    }

    @Rule({"UNIX-008", "CONN-008"})
    void whoIsClosedWhileHeWaitsHearsNoMore() {
        int full = silentPort();
        RecordedSocket socket = withSocket(loop -> {
            RecordedSocket waiting = connect(loop, full);
            afterQuiet(loop, quiet -> waiting.socket().close());
            return waiting;
        });
        assertEquals("close", socket.trace());
    }

    /** To a server with room for one or two, in a loop that accepts meanwhile. */
    @Rule({"UNIX-008", "RES-001"})
    void manyThatWaitAreAllServedButThoseThatGiveUp() {
        int count = 60;
        List<RecordedSocket> sockets = new ArrayList<>();
        int[] done = new int[1];
        withLoop(loop -> {
            Server listening = loop.listen(fresh(), ListenOptions.defaults().withBacklog(1), (server, socket) ->
                    socket.onError((gone, error) -> {}).write("x"));
            for (int i = 0; i < count; i++) {
                RecordedSocket socket = connect(loop, port(listening));
                sockets.add(socket.onRead((s, view) -> s.close()).onClose((s, error) -> {
                    if (++done[0] == count) {
                        listening.close();
                    }
                }));
                if (i % 3 == 0) {
                    socket.socket().close();
                }
            }
        });
        for (int i = 0; i < count; i++) {
            assertEquals(i % 3 == 0 ? "close" : "connect data close", sockets.get(i).trace());
        }
    }

    /** When all of a crowd are served there is no queue any more to stand in. */
    @Rule("UNIX-008")
    void whoComesAfterACrowdIsServedLikeIt() {
        int[] served = new int[1];
        withLoop(loop -> {
            Server listening = loop.listen(fresh(), ListenOptions.defaults().withBacklog(1), (server, socket) -> socket.close());
            crowd(loop, listening, served, () -> crowd(loop, listening, served, listening::close));
        });
        assertEquals(2 * CROWD, served[0]);
    }

    private static void crowd(EventLoop loop, Server listening, int[] served, Runnable then) {
        int[] left = {CROWD};
        for (int i = 0; i < CROWD; i++) {
            loop.connect(listening.localAddress(), ConnectOptions.defaults()).onConnect(s -> served[0]++).onClose((s, error) -> {
                if (--left[0] == 0) {
                    then.run();
                }
            });
        }
    }

    /** To a server on the same loop, which has to come to accepting them. */
    @Rule("UNIX-008")
    void aThousandThatWaitAtOnceAreAllServed() {
        int count = 1_000;
        Descriptors.assume(2 * count + 200);
        int[] served = new int[1];
        int[] closed = new int[1];
        withLoop(loop -> {
            Server listening = loop.listen(fresh(), ListenOptions.defaults().withBacklog(64), (server, socket) -> socket.write("x"));
            for (int i = 0; i < count; i++) {
                loop.connect(listening.localAddress(), ConnectOptions.defaults())
                        .onRead((socket, view) -> {
                            served[0]++;
                            socket.close();
                        })
                        .onClose((socket, error) -> {
                            if (++closed[0] == count) {
                                listening.close();
                            }
                        });
            }
        });
        assertEquals(count, served[0]);
    }

    // UNIX-009

    @Rule({"UNIX-009", "ORDER-010", "ERR-005"})
    void aPathThatCannotBeUsedIsMisuse() {
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/tmp/" + "x".repeat(LONGEST - 4));
        withLoop(loop -> {
            for (UnixDomainSocketAddress address : List.of(UNNAMED, tooLong)) {
                String[] words = address == UNNAMED ? new String[] {"empty"} : new String[] {"" + LONGEST, "" + (LONGEST + 1)};
                assertMisuse(() -> loop.connect(address, ConnectOptions.defaults()), words);
                assertMisuse(() -> loop.listen(address, ListenOptions.defaults(), (server, socket) -> { }), words);
            }
            ConnectOptions fromPort = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(LOCALHOST, 4711));
            assertMisuse(() -> loop.connect(fresh(), fromPort), "127.0.0.1:4711", "leave it out");
            assertEquals(0, loop.stats().servers() + loop.stats().connectingSockets());
        });
    }

    private static void assertMisuse(Executable misuse, String... words) {
        String message = assertThrows(IllegalArgumentException.class, misuse).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
    }

    /** Bytes, not letters. */
    @Rule("UNIX-009")
    void theLongestPathWorks() {
        Path directory = fresh().getPath().getParent();
        int left = LONGEST - directory.toString().length() - 1;
        UnixDomainSocketAddress longest = UnixDomainSocketAddress.of(directory.resolve("x".repeat(left)));
        withLoop(loop -> {
            Server listening = loop.listen(longest, ListenOptions.defaults(), (server, socket) -> {
                assertEquals(longest, socket.localAddress());
                server.close();
                socket.close();
            });
            record(loop.connect(longest, ConnectOptions.defaults())).onConnect(s -> {
                assertEquals(longest, s.remoteAddress());
                assertFalse(s.localAddress().equals(longest));
            });
            assertEquals(longest, listening.localAddress());
        });
    }

    /** Such paths come of directories that are read, and of URIs; engines that take a path for its text would take another. */
    @Rule({"UNIX-009", "UNIX-001"})
    @NeedsSystem("files")
    void aPathThatIsNotItsTextIsMisuse() {
        assumeLinux();
        Path directory = fresh().getPath().getParent();
        UnixDomainSocketAddress other = UnixDomainSocketAddress.of(Path.of(URI.create(directory.toUri() + "%FFx")));
        assumeTrue(!other.getPath().equals(Path.of(directory + "/\u00ffx")), "here it has a text");
        withLoop(loop -> {
            assertMisuse(() -> loop.connect(other, ConnectOptions.defaults()), directory.toString(), "C.UTF-8");
            assertMisuse(() -> loop.listen(other, ListenOptions.defaults(), (server, socket) -> { }), "C.UTF-8");
            assertFalse(isThere(other.getPath()));
        });
    }

    @Rule({"UNIX-002", "LISTEN-010"})
    @NeedsSystem("the encoding of a process")
    void aPeerWithANameOfAnotherEncodingHarmsNobody() throws Exception {
        List<String> told = elsewhere().ascii().run(UnreadablePeer.class).lines().toList();
        assertTrue(List.of("accepted ", "accepted \u00fc", "accept OTHER").contains(told.get(0)), told::toString);
        assertEquals(List.of("accepted "), told.subList(1, told.size()));
    }

    @Rule("UNIX-002")
    @NeedsSystem("files")
    void aPeerThatHasANameIsCalledByIt() throws IOException {
        UnixDomainSocketAddress name = fresh();
        List<Object> seen = new ArrayList<>();
        withLoop(loop -> {
            Server listening = loop.listen(fresh(), ListenOptions.defaults(), (server, socket) -> {
                server.close();
                seen.add(socket.remoteAddress());
                seen.add(socket.toString().contains("socket to " + name + " from"));
                socket.close();
            });
            helper(() -> {
                try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    client.bind(name).connect(listening.localAddress());
                    assertEquals(-1, client.read(ByteBuffer.allocate(1)));
                }
            });
        });
        Files.delete(name.getPath());
        assertEquals(List.of(name, true), seen);
    }
}
