package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Chapter UNIX, as far as core decides it: when a full backlog is tried again, and what becomes of files. */
class PathsOnTheFakeTest extends OnTheFake {

    private static final UnixDomainSocketAddress NOWHERE = UnixDomainSocketAddress.of("nowhere/nobody");
    private static final int EAGAIN = 11;
    private static final int ENOENT = 2;

    @TempDir
    private Path directory;

    private static IOException busy() {
        return new EngineException(EAGAIN, "as the system calls it in its language");
    }

    private Socket connect(EventLoop loop, IOException first) {
        fake.transport().failNext(first);
        return logged(loop.connect(NOWHERE, ConnectOptions.defaults().withConnectTimeout(Duration.ofMillis(100))))
                .onConnect(s -> note("connect"));
    }

    @Rule("UNIX-008")
    void aFullBacklogIsTriedAgainAfterLongerAndLongerPauses() {
        run(loop -> {
            connect(loop, busy());
            for (int each : new int[] {1, 3, 7}) { // of which each fails once more
                at(loop, each - 1, l -> fake.transport().failNext(busy()));
            }
            at(loop, 16, l -> connection(0).complete());
            at(loop, 17, l -> l.close());
        });
        assertEquals(List.of("connect@16", "close@17"), log);
    }

    @Rule({"UNIX-008", "CONN-003"})
    void whoWaitsInVainIsToldWhatFor() {
        run(loop -> {
            Socket socket = connect(loop, busy());
            loop.interval(Duration.ofMillis(1), timer -> fake.transport().failNext(busy())).unref();
            socket.onError((s, error) -> {
                note("error " + error.kind());
                assertInstanceOf(EngineException.class, error.getCause().getSuppressed()[0]);
            });
        });
        assertEquals(List.of("error CONNECT_TIMEOUT@100", "close CONNECT_TIMEOUT@100"), log);
    }

    @Rule({"UNIX-008", "CONN-008"})
    void whoGivesUpIsNotTriedAgain() {
        run(loop -> {
            Socket socket = connect(loop, busy());
            loop.execute(socket::close);
            at(loop, 10, l -> assertThrows(IndexOutOfBoundsException.class, () -> connection(0)));
        });
        assertEquals(List.of("close@0"), log);
    }

    @Rule({"UNIX-007", "ORDER-010", "CONN-011"})
    void whatIsKnownAtOnceIsToldLater() {
        run(loop -> {
            Socket socket = connect(loop, new EngineException(ENOENT, "as the system calls it"));
            assertTrue(socket.isOpen());
            assertTrue(socket.write("hello"));
            socket.write(ByteBuffer.allocate(1), (s, error) -> note(outcome("written", error)));
        });
        assertEquals(List.of("error CONNECT_REFUSED@0", "written CONNECT_REFUSED@0", "close CONNECT_REFUSED@0"), log);
    }

    /** The fake makes none, so what is there is what the test has made. */
    @Rule("UNIX-003")
    void theFileThatWasThereAfterListeningIsRemoved() throws IOException {
        Path path = Files.createFile(directory.resolve("server"));
        run(loop -> loop.listen(UnixDomainSocketAddress.of(path), ListenOptions.defaults(), (server, socket) -> { }).close());
        assertTrue(Files.notExists(path));
    }

    /** A link to nowhere is there, and has no permissions that could be changed. */
    @Rule({"UNIX-003", "UNIX-006"})
    void theFileOfAServerThatCameToNothingIsRemoved() throws IOException {
        Path path = Files.createSymbolicLink(directory.resolve("server"), Path.of("nowhere"));
        run(loop -> assertThrows(NetworkException.class, () -> loop.listen(UnixDomainSocketAddress.of(path),
                ListenOptions.defaults().withPermissions(Set.of()), (server, socket) -> { })));
        assertTrue(Files.notExists(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** And the server with it: nobody is left that could be connected to. */
    @Rule("UNIX-006")
    void aServerWhoseFileCannotBeGivenItsPermissionsIsNone() {
        run(loop -> {
            NetworkException failed = assertThrows(NetworkException.class, () -> loop.listen(NOWHERE,
                    ListenOptions.defaults().withPermissions(Set.of()), (server, socket) -> { }));
            assertEquals(ErrorKind.OTHER, failed.kind());
            loop.execute(() -> assertEquals(0, loop.stats().servers()));
        });
        assertTrue(fake.transport().isClosed());
    }
}
