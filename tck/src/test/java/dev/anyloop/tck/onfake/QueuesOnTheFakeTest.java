package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopCallback;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.core.Loops;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** Thousands that wait for room at one path, and how often they ask for it (UNIX-008). */
class QueuesOnTheFakeTest extends OnTheFake {

    private static final UnixDomainSocketAddress NOWHERE = UnixDomainSocketAddress.of("nowhere/nobody");
    private static final int EAGAIN = 11;
    private static final int ENOENT = 2;
    private static final int MANY = 3_000;
    private static final int MOST_IN_A_TURN = 64;

    @TempDir
    private Path directory;

    private final WatchedTransport transport = new WatchedTransport(fake.clock());
    private final EventLoop loop = Loops.open("queues", LoopOptions.defaults(), transport, fake.clock());
    private final Map<SocketAddress, Integer> asked = new HashMap<>();
    private final Map<Integer, Integer> askedByTurn = new HashMap<>();
    private final List<Integer> connected = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private int room;
    private int errno = EAGAIN;

    private UnixDomainSocketAddress path;

    private void runQueues(LoopCallback init) throws IOException {
        path = UnixDomainSocketAddress.of(Files.createFile(directory.resolve("server"))); // the fake makes none
        transport.onConnect = this::ask;
        loop.run(init);
        loop.close();
    }

    private void ask(SocketAddress remote) throws IOException {
        asked.merge(remote, 1, Integer::sum);
        askedByTurn.merge(transport.waits.size(), 1, Integer::sum);
        if (room == 0) {
            throw new EngineException(errno, "as the system calls it");
        }
        room--;
    }

    private void listen() {
        loop.listen(path, ListenOptions.defaults(), (server, socket) -> socket.onError((s, error) -> { })).unref();
    }

    private Socket connect(SocketAddress remote) {
        int number = sockets.size();
        Socket socket = loop.connect(remote, ConnectOptions.defaults().withConnectTimeout(Duration.ofMillis(200)));
        sockets.add(socket);
        return socket.onError((s, error) -> { }).onConnect(s -> {
            connected.add(number);
            s.close();
        });
    }

    private void connectMany(SocketAddress remote) {
        for (int i = 0; i < MANY; i++) {
            connect(remote);
        }
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Rule("UNIX-008")
    void oneOfThousandsThatWaitAsksAfterEachPause() throws IOException {
        List<String> failures = new ArrayList<>();
        runQueues(l -> {
            connectMany(path);
            sockets.forEach(socket -> socket.onError((s, error) -> {
                failures.add(error.kind() + "@" + now());
                assertInstanceOf(EngineException.class, error.getCause().getSuppressed()[0]);
            }));
        });
        assertEquals(1 + 6 + 2, asked.get(path), "at once, after 1, 3, 7, 15, 31, 63, and then each 50 ms");
        assertEquals(Set.of(ErrorKind.CONNECT_TIMEOUT + "@200"), Set.copyOf(failures));
        assertEquals(MANY, failures.size());
    }

    @Rule("UNIX-008")
    void whoCameFirstIsConnectedFirstAsSoonAsThereIsRoom() throws IOException {
        runQueues(l -> {
            listen();
            connectMany(path);
            at(l, 100, t -> {
                room = 2 * MANY;
                connect(path);
            });
        });
        assertEquals(numbers(0, MANY + 1), connected);
        assertEquals(1 + 6 + 1 + MANY, asked.get(path));
        assertTrue(Collections.max(askedByTurn.values()) <= MOST_IN_A_TURN, askedByTurn::toString);
    }

    @Rule("UNIX-008")
    void whoFindsNoRoomAgainKeepsThePlace() throws IOException {
        runQueues(l -> {
            listen();
            connectMany(path);
            l.interval(Duration.ofMillis(1), timer -> room = 40).unref();
        });
        assertEquals(numbers(0, MANY), connected);
        assertTrue(asked.get(path) <= MANY + MANY / 20, asked::toString); // one in vain for each 40, and some before there was room
    }

    @Rule({"UNIX-008", "CONN-008"})
    void whoGivesUpDoesNotAskAndHoldsUpNobody() throws IOException {
        runQueues(l -> {
            listen();
            connectMany(path);
            at(l, 2, t -> IntStream.range(0, MANY - 1).forEach(i -> sockets.get(i).abort()));
            at(l, 2, t -> room = MANY);
        });
        assertEquals(List.of(MANY - 1), connected);
        assertEquals(1 + 1 + 1, asked.get(path));
    }

    /** The first is let in by the system, but hears of it never. */
    @Rule({"UNIX-008", "CONN-008"})
    void whoGivesUpWhileAskingLetsTheNextAsk() throws IOException {
        runQueues(l -> {
            connect(path);
            connect(path);
            at(l, 1, t -> room = 2);
            at(l, 5, t -> {
                assertEquals(1 + 2, asked.get(path));
                sockets.get(0).abort();
            });
            at(l, 6, t -> transport.fake.connection(1).complete());
        });
        assertEquals(List.of(1), connected);
    }

    @Rule({"UNIX-008", "UNIX-007"})
    void whoWaitsForAServerThatGoesIsRefused() throws IOException {
        List<ErrorKind> failures = new ArrayList<>();
        runQueues(l -> {
            connectMany(NOWHERE);
            sockets.forEach(socket -> socket.onError((s, error) -> failures.add(error.kind())));
            at(l, 2, t -> errno = ENOENT);
        });
        assertEquals(Set.of(ErrorKind.CONNECT_REFUSED), Set.copyOf(failures));
        assertEquals(MANY, failures.size());
        assertEquals(1 + 1 + MANY, asked.get(NOWHERE));
        assertTrue(Collections.max(askedByTurn.values()) <= MOST_IN_A_TURN, askedByTurn::toString);
    }

    @Rule("UNIX-008")
    void pathsDoNotWaitForEachOther() throws IOException {
        runQueues(l -> {
            listen();
            connect(NOWHERE);
            room = 1;
            connect(path);
            at(l, 10, t -> assertEquals(List.of(1), connected));
        });
        assertEquals(1, asked.get(path));
    }

    @Rule("UNIX-008")
    void aQueueThatIsEmptyIsForgotten() throws IOException {
        runQueues(l -> {
            listen();
            connect(path).abort();
            room = 1;
            connect(path);
            assertEquals(2, asked.get(path));
        });
        assertEquals(List.of(1), connected);
    }
}
