package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Chapter CONN of the specification: attempts that race, because the first address of a name is silent. */
public abstract class RacingRules extends SocketChapter {

    /** Longer than it takes until the second attempt has begun. */
    private static final Duration BOTH_UNDER_WAY = Duration.ofMillis(400);

    /** What the rule says; to the nanosecond, as timers are. */
    private static final Duration DELAY = Duration.ofMillis(250);

    private static final LoopOptions TWO_ADDRESSES = resolving(host -> addresses(LOCALHOST, "127.0.0.2"));

    private RecordedSocket closedBefore(RecordedSocket socket, int descriptors) {
        return socket.onClose((s, error) -> assertEquals(descriptors, descriptorCount(), "descriptors"));
    }

    /** Both attempts of each socket, however long a busy machine takes to begin with them. */
    private void whenAllAreUnderWay(EventLoop loop, int before, int sockets, LoopCallback then) {
        when(loop, () -> descriptorCount() == before + 2 * sockets, then);
    }

    @Rule({"CONN-010", "CONN-009", "CONN-011"})
    void aSilentAddressDoesNotHoldUpTheNext() {
        assumeLinux();
        int port = silentPort();
        List<String> received = new ArrayList<>();
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(TWO_ADDRESSES, loop -> {
            long[] begun = new long[1];
            Server second = loop.listen("127.0.0.2", port, (server, s) -> {
                assertTrue(nanoTime() - begun[0] >= DELAY.toNanos(), "the second attempt begins too early");
                server.close();
                accepted(s, socket -> {
                    sockets.add(socket);
                    socket.onEnd(ended -> received.add(socket.text()));
                });
            });
            int before = descriptorCount();
            begun[0] = nanoTime();
            RecordedSocket racing = record(loop.connect("many.test", port)).onConnect(s -> {
                assertEquals(new InetSocketAddress("127.0.0.2", port), s.remoteAddress());
                s.end();
            });
            sockets.add(racing);
            racing.socket().write("hello");
            when(loop, () -> sockets.size() == 2 && sockets.stream().allMatch(each -> each.saw("close")), later ->
                    assertEquals(before - 1, descriptorCount(), second + ", descriptors"));
        });
        assertEquals("connect end close", sockets.get(0).trace());
        assertEquals(List.of("hello"), received);
    }

    @Rule({"CONN-010", "RES-001"})
    void whoHasLostIsReleasedWhileTheWinnerLivesOn() {
        assumeLinux();
        int port = silentPort();
        withLoop(TWO_ADDRESSES, loop -> {
            Server second = loop.listen("127.0.0.2", port, (server, socket) -> socket.onEnd(Socket::close));
            int before = descriptorCount();
            loop.connect("many.test", port).onConnect(s -> when(loop, () -> descriptorCount() == before + 2, l -> {
                assertTrue(s.isOpen());
                s.close();
                second.close();
            }));
        });
    }

    @Rule("CONN-010")
    void twoSilentAddressesDoNotHoldUpTheThird() {
        assumeLinux();
        int port = peers().silentPort("127.0.0.2", silentPort());
        LoopOptions three = resolving(host -> addresses(LOCALHOST, "127.0.0.2", "127.0.0.3"));
        RecordedSocket racing = withSocket(three, loop -> {
            long begun = nanoTime();
            Server third = loop.listen("127.0.0.3", port, (server, s) -> {
                assertTrue(nanoTime() - begun >= DELAY.multipliedBy(2).toNanos(), "the third attempt begins too early");
                server.close();
                s.close();
            });
            return record(loop.connect("many.test", port)).onConnect(s ->
                    assertEquals(third.localAddress(), s.remoteAddress()));
        });
        assertEquals("connect end close", racing.trace());
    }

    /** Were each of them waited for, it would take twice the time that there is. */
    @Rule({"CONN-010", "CONN-009"})
    void whatRefusesHoldsNobodyUpThoughASilentAddressIsUnderWay() {
        assumeLinux();
        int port = silentPort();
        List<String> hosts = new ArrayList<>(Collections.nCopies(40, "127.0.0.2"));
        hosts.add(0, LOCALHOST);
        hosts.add("127.0.0.3");
        ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(DELAY.multipliedBy(20));
        RecordedSocket racing = withSocket(resolving(host -> addresses(hosts.toArray(new String[0]))), loop -> {
            loop.listen("127.0.0.3", port, (server, s) -> {
                server.close();
                s.close();
            });
            return record(loop.connect("many.test", port, options)).onError((s, error) -> loop.close());
        });
        assertEquals("connect end close", racing.trace());
    }

    @Rule({"CONN-009", "CONN-010"})
    void whoAnswersAfterTheLastHasRefusedIsConnectedToAllTheSame() {
        assumeLinux();
        ServerSocket silent = peers().silentServer(LOCALHOST, 0);
        ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(DELAY.multipliedBy(80));
        RecordedSocket racing = withSocket(TWO_ADDRESSES, loop -> {
            RecordedSocket socket = record(loop.connect("many.test", silent.getLocalPort(), options)).onConnect(Socket::close);
            loop.timer(BOTH_UNDER_WAY, later -> helper(() -> endSilence(silent)));
            return socket;
        });
        assertEquals("connect close", racing.trace());
    }

    /** All who filled the backlog are let in; systems ask for the next one's place about once a second. */
    private static void endSilence(ServerSocket silent) throws IOException {
        silent.setSoTimeout(100);
        try {
            while (true) {
                silent.accept().close();
            }
        } catch (SocketTimeoutException e) {
            // nobody is left
        }
    }

    /** The second address would let everybody in. */
    @Rule({"CONN-010", "CONN-008", "CONN-003"})
    void whenItIsDecidedNoOtherAttemptBegins() {
        assumeLinux();
        assertEquals("connect close", alone("127.0.0.4", ConnectOptions.defaults(), socket -> { }));
        assertEquals("close", alone("127.0.0.3", ConnectOptions.defaults(), Socket::close));
        assertEquals("close", alone("127.0.0.3", ConnectOptions.defaults(), Socket::abort));
        ConnectOptions hasty = ConnectOptions.defaults().withConnectTimeout(DELAY.dividedBy(5));
        assertEquals("error close", alone("127.0.0.3", hasty, socket -> { }));
    }

    /**
     * The trace of a socket whose first address is a server, or else silent, long after the next one's turn. None of these is an address
     * of clients, who might have that port.
     */
    private String alone(String first, ConnectOptions options, Consumer<Socket> then) {
        int port = peers().silentPort("127.0.0.3", 0);
        return withSocket(resolving(host -> addresses(first, "127.0.0.2")), loop -> {
            Server wanted = loop.listen("127.0.0.4", port, (server, s) -> { });
            Server other = loop.listen("127.0.0.2", port, (server, s) -> fail("an attempt that nobody needs"));
            RecordedSocket socket = record(loop.connect("many.test", port, options));
            then.accept(socket.socket());
            loop.timer(DELAY.multipliedBy(2), timer -> {
                if (socket.socket().isOpen()) {
                    assertEquals(new InetSocketAddress(first, port), socket.socket().remoteAddress());
                }
                socket.socket().close();
                wanted.close();
                other.close();
            });
            return socket;
        }).trace();
    }

    @Rule({"CONN-010", "CONN-003", "CLOSE-006"})
    void theConnectTimeoutReleasesAllThatAreUnderWay() {
        assumeLinux();
        int port = peers().silentPort("127.0.0.2", silentPort());
        RecordedSocket socket = withSocket(TWO_ADDRESSES, loop -> {
            ConnectOptions options = ConnectOptions.defaults().withConnectTimeout(BOTH_UNDER_WAY);
            int before = descriptorCount();
            return closedBefore(record(loop.connect("many.test", port, options)), before);
        });
        assertEquals("error close", socket.trace());
        assertFailed(ErrorKind.CONNECT_TIMEOUT, socket);
    }

    @Rule({"CONN-010", "CONN-008", "CLOSE-006"})
    void closingReleasesAllThatAreUnderWay() {
        assumeLinux();
        int port = peers().silentPort("127.0.0.2", silentPort());
        List<RecordedSocket> sockets = new ArrayList<>();
        withLoop(TWO_ADDRESSES, loop -> {
            int before = descriptorCount();
            List<Consumer<Socket>> ways = List.of(Socket::close, Socket::abort);
            ways.forEach(way -> sockets.add(record(loop.connect("many.test", port))));
            whenAllAreUnderWay(loop, before, ways.size(), later -> {
                for (int i = 0; i < ways.size(); i++) {
                    ways.get(i).accept(sockets.get(i).socket());
                }
            });
            when(loop, () -> sockets.stream().allMatch(socket -> socket.saw("close")), later ->
                    assertEquals(before, descriptorCount(), "descriptors"));
        });
        sockets.forEach(socket -> assertEquals("close", socket.trace()));
    }

    @Rule({"CONN-010", "LOOP-009"})
    void aLoopThatClosesReleasesAllThatAreUnderWay() {
        assumeLinux();
        int port = peers().silentPort("127.0.0.2", silentPort());
        RecordedSocket socket = withSocket(TWO_ADDRESSES, loop -> {
            int before = descriptorCount();
            whenAllAreUnderWay(loop, before, 1, EventLoop::close);
            return closedBefore(record(loop.connect("many.test", port)), before);
        });
        assertEquals("close", socket.trace());
    }
}
