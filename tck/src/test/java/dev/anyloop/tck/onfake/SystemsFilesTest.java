package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.AddressException;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.SocketFiles;
import dev.anyloop.core.net.SystemsFiles;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.Rule;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What core does about files of sockets when an engine finds something at a path: here one that only ever says so. */
class SystemsFilesTest {

    private static final int EADDRINUSE = 98;
    private static final int EMFILE = 24;

    private final SocketFiles files = SystemsFiles.OF_THIS_MACHINE;

    @TempDir
    private Path directory;

    private Path path;
    private Path lock;
    private int begun;

    @BeforeEach
    void name() {
        path = directory.resolve("server");
        lock = directory.resolve(".server.anyloop-lock");
    }

    private static IOException inUse() {
        return new EngineException(EADDRINUSE, "as the system calls it");
    }

    /** As somebody leaves one who ends, or as one is who has not begun to listen. */
    private void leave() throws IOException {
        try (SocketChannel bound = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            bound.bind(UnixDomainSocketAddress.of(path));
        }
    }

    private void listen(boolean replaceLeftover) throws IOException {
        files.listen(path, replaceLeftover, () -> {
            begun++;
            if (Files.exists(path)) {
                throw inUse();
            }
            return begun;
        });
    }

    private String whyNot(boolean replaceLeftover) {
        IOException refused = assertThrows(AddressException.class, () -> listen(replaceLeftover));
        assertEquals(ErrorKind.ADDRESS_IN_USE, Failures.kind(refused, Operation.LISTEN));
        return refused.getMessage();
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    private void makePipe() throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
    }

    @Rule("UNIX-005")
    void aLeftoverIsRemovedUnderALockThatLeavesNothing() throws IOException {
        leave();
        listen(true);
        assertEquals(2, begun);
        assertEquals(List.of(), left());
    }

    @Rule("UNIX-005")
    void whileAnotherProcessIsAboutToListenNothingIsTouched() throws IOException {
        leave();
        try (FileChannel others = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            others.lock();
            String why = whyNot(true);
            assertTrue(why.contains("another process is about to listen there"), why);
        }
        assertEquals(0, begun);
        assertTrue(Files.exists(path) && Files.exists(lock));
    }

    @Rule("UNIX-005")
    void theLockOfAProcessThatHasEndedHoldsNobodyUp() throws IOException {
        leave();
        Files.createFile(lock);
        listen(true);
        assertEquals(List.of(), left());
    }

    @Rule({"UNIX-004", "UNIX-005"})
    void whatCannotBeReplacedStaysAndTheMessageTellsWhy() throws IOException {
        leave();
        Files.createDirectory(lock); // which nobody can open to lock it
        String why = whyNot(true);
        assertTrue(why.contains("nobody listens") && why.contains(lock.toString()), why);
        assertFalse(why.contains("withReplaceLeftover"), why);
        assertTrue(Files.exists(path));
    }

    @Rule({"UNIX-004", "UNIX-005"})
    void aPipeIsNoLeftover() throws IOException, InterruptedException {
        makePipe();
        for (boolean replaceLeftover : new boolean[] {false, true}) {
            String why = whyNot(replaceLeftover);
            assertTrue(why.contains("no socket"), why);
            assertEquals(List.of(path), left());
        }
    }

    @Rule("UNIX-004")
    void whatHasGoneByItselfIsNotInTheWay() throws IOException {
        leave();
        files.listen(path, false, () -> {
            begun++;
            if (Files.deleteIfExists(path)) {
                throw inUse();
            }
            return begun;
        });
        assertEquals(2, begun);
    }

    @Rule("UNIX-004")
    void whoComesInBetweenIsNotLookedAt() throws IOException {
        leave();
        String why = assertThrows(AddressException.class, () -> files.listen(path, true, () -> {
            begun++;
            throw inUse();
        })).getMessage();
        assertTrue(why.contains("just begun"), why);
        assertEquals(2, begun);
    }

    @Rule("UNIX-007")
    void aPipeIsNoSocketToConnectTo() throws IOException, InterruptedException {
        makePipe();
        String why = files.whyNotConnected(path, ErrorKind.CONNECT_REFUSED, new IOException("refused")).getMessage();
        assertTrue(why.contains("no socket"), why);
    }

    @Rule({"UNIX-007", "ERR-002"})
    void wantOfDescriptorsIsToldWhateverLiesThere() {
        Path nowhere = directory.resolve("nowhere").resolve("server");
        IOException none = new EngineException(EMFILE, "as the system calls it");
        assertSame(none, files.whyNotConnected(nowhere, ErrorKind.TOO_MANY_OPEN_FILES, none));
        assertSame(none, assertThrows(EngineException.class, () -> files.listen(nowhere, false, () -> {
            throw none;
        })));
    }
}
