package dev.anyloop.tck.rules.unix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** Chapter UNIX of the specification: servers, and what becomes of their files. */
public abstract class UnixServerRules extends UnixChapter {

    private static final int RACERS = 3;
    private static final int RACES = 40;

    private static final ListenOptions PLAIN = ListenOptions.defaults();
    private static final ListenOptions REPLACING = PLAIN.withReplaceLeftover(true);

    // UNIX-001

    /** The loop is inside its first callback, and connects nevertheless. */
    @Rule({"UNIX-001", "LISTEN-001"})
    void aServerOnAPathIsConnectableWhenListenReturns() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            assertServesAndClose(server);
        });
    }

    @Rule("UNIX-001")
    @NeedsSystem("files")
    void theFileIsThereWhenListenReturns() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            assertTrue(isThere(path(server)));
            server.close();
        });
    }

    /** Engines write a path where the one before may still be. */
    @Rule({"UNIX-001", "UNIX-002"})
    void aPathAfterALongerOneIsItself() {
        UnixDomainSocketAddress shorter = fresh();
        UnixDomainSocketAddress longer = UnixDomainSocketAddress.of(fresh() + "0000");
        withLoop(loop -> {
            Server first = serve(loop, longer, PLAIN);
            Server second = serve(loop, shorter, PLAIN);
            assertEquals(shorter, second.localAddress());
            assertServesAndClose(second); // to somebody who has no other path in mind
            assertServesAndClose(first);
        });
    }

    @Rule({"LISTEN-006", "LISTEN-012", "UNIX-001"})
    void aPausedServerLetsAboutSoManyWaitAtItsPath() {
        assumeLinux();
        withOpenLoop(loop -> assertLetsAboutSoManyWait(3, serve(loop, fresh(), PLAIN.withBacklog(3)).pause()));
    }

    // UNIX-003

    @Rule({"UNIX-003", "CLOSE-006"})
    @NeedsSystem("files")
    void theFileIsGoneInTheCloseCallbackAndThePathIsFree() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            server.onClose(closed -> {
                assertFalse(isThere(path(closed)));
                Server again = serve(loop, UnixDomainSocketAddress.of(path(closed)), PLAIN);
                assertServesAndClose(again);
            }).close();
        });
    }

    @Rule({"UNIX-003", "LOOP-009"})
    @NeedsSystem("files")
    void theFileGoesWithTheLoop() {
        Path[] paths = new Path[2];
        withLoop(loop -> {
            paths[0] = path(serve(loop, fresh(), PLAIN));
            loop.close();
        });
        withOpenLoop(loop -> paths[1] = path(serve(loop, fresh(), PLAIN)));
        for (Path path : paths) {
            assertFalse(isThere(path));
        }
    }

    @Rule("UNIX-003")
    @NeedsSystem("files")
    void aFileThatIsNotTheServersStays() throws IOException {
        Path[] path = new Path[1];
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            path[0] = path(server);
            Files.delete(path[0]);
            Files.writeString(path[0], "another");
            server.close();
        });
        assertEquals("another", Files.readString(path[0]));
        Files.delete(path[0]);
    }

    /** Who changes when it was changed, or who may connect, has not made another. */
    @Rule("UNIX-003")
    @NeedsSystem("files")
    void aFileThatIsTouchedIsTheServersStill() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            Files.setLastModifiedTime(path(server), FileTime.fromMillis(1));
            Files.setPosixFilePermissions(path(server), PosixFilePermissions.fromString("rwx------"));
            server.onClose(closed -> assertFalse(isThere(path(closed)))).close();
        });
    }

    @Rule("UNIX-003")
    @NeedsSystem("files")
    void theSocketOfAnotherServerStays() {
        withLoop(loop -> {
            Server first = serve(loop, fresh(), PLAIN);
            Files.delete(path(first));
            Server second = serve(loop, UnixDomainSocketAddress.of(path(first)), PLAIN);
            first.onClose(closed -> {
                assertTrue(isThere(path(closed)));
                assertServesAndClose(second);
            }).close();
        });
    }

    @Rule("UNIX-003")
    @NeedsSystem("files")
    void aFileThatIsGoneIsNotMissed() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            Files.delete(path(server));
            server.close();
        });
    }

    // UNIX-004, UNIX-005

    @Rule({"UNIX-004", "UNIX-005"})
    @NeedsSystem("files")
    void aFileThatIsNoSocketStaysWhereItIs() {
        withLoop(loop -> {
            for (ListenOptions options : new ListenOptions[] {PLAIN, REPLACING}) {
                Path file = Files.writeString(fresh().getPath(), "precious");
                Path directory = Files.createDirectory(fresh().getPath());
                for (Path path : new Path[] {file, directory}) {
                    NetworkException refused =
                            assertNotListenedOn(loop, ErrorKind.ADDRESS_IN_USE, UnixDomainSocketAddress.of(path), options);
                    assertTrue(refused.getMessage().contains("no socket"), refused.getMessage());
                }
                assertEquals("precious", Files.readString(file));
                assertTrue(Files.isDirectory(directory));
                Files.delete(file);
                Files.delete(directory);
            }
        });
    }

    @Rule({"UNIX-004", "UNIX-005"})
    @NeedsSystem("files")
    void aLinkToALeftoverIsNone() throws IOException {
        UnixDomainSocketAddress left = leftover();
        UnixDomainSocketAddress link = fresh();
        Files.createSymbolicLink(link.getPath(), left.getPath().toAbsolutePath());
        withLoop(loop -> {
            for (ListenOptions options : new ListenOptions[] {PLAIN, REPLACING}) {
                NetworkException refused = assertNotListenedOn(loop, ErrorKind.ADDRESS_IN_USE, link, options);
                assertTrue(refused.getMessage().contains("no socket"), refused.getMessage());
                assertTrue(isThere(link.getPath()));
                assertTrue(isThere(left.getPath()));
            }
        });
        Files.delete(link.getPath());
        Files.delete(left.getPath());
    }

    @Rule({"UNIX-004", "UNIX-005", "LISTEN-005"})
    void somebodysPathIsNotTaken() {
        withLoop(loop -> {
            Server server = serve(loop, fresh(), PLAIN);
            for (ListenOptions options : new ListenOptions[] {PLAIN, REPLACING}) {
                NetworkException refused = assertNotListenedOn(
                        loop, ErrorKind.ADDRESS_IN_USE, (UnixDomainSocketAddress) server.localAddress(), options);
                assertFalse(refused.getMessage().contains("withReplaceLeftover"), refused.getMessage());
            }
            assertServesAndClose(server);
        });
    }

    /** Who has no room for more is there all the same. */
    @Rule("UNIX-005")
    @NeedsSystem("a backlog that fills")
    void aServerWithAFullBacklogIsNoLeftover() {
        UnixDomainSocketAddress full = (UnixDomainSocketAddress) address(silentPort());
        withLoop(loop -> assertNotListenedOn(loop, ErrorKind.ADDRESS_IN_USE, full, REPLACING));
        assertTrue(isThere(full.getPath()));
    }

    @Rule("UNIX-004")
    @NeedsSystem("files")
    void aLeftoverStaysAndTheMessageNamesTheWayOut() {
        UnixDomainSocketAddress left = leftover();
        withLoop(loop -> {
            NetworkException refused = assertNotListenedOn(loop, ErrorKind.ADDRESS_IN_USE, left, PLAIN);
            assertTrue(refused.getMessage().contains("nobody listens"), refused.getMessage());
            assertTrue(refused.getMessage().contains("ListenOptions.withReplaceLeftover(true)"), refused.getMessage());
        });
        assertTrue(isThere(left.getPath()));
    }

    @Rule("UNIX-005")
    @NeedsSystem("files")
    void aLeftoverIsReplacedByWhoSaysSo() throws IOException {
        UnixDomainSocketAddress left = leftover();
        withLoop(loop -> {
            Server server = serve(loop, left, REPLACING);
            assertServesAndClose(server);
        });
        assertFalse(isThere(left.getPath()));
    }

    /** Whoever finds one is about to listen, and no leftover either, although it refuses as one does. */
    @Rule("UNIX-005")
    @NeedsSystem("files")
    void ofThoseWhoReplaceALeftoverAtOnceOneListens() throws Exception {
        Path directory = Files.createDirectory(fresh().getPath());
        List<UnixDomainSocketAddress> paths = new ArrayList<>();
        for (int i = 0; i < RACES; i++) {
            paths.add(UnixDomainSocketAddress.of(Files.move(leftover().getPath(), directory.resolve("" + i))));
        }
        CyclicBarrier all = new CyclicBarrier(RACERS);
        AtomicIntegerArray listening = new AtomicIntegerArray(RACES);
        for (int i = 1; i < RACERS; i++) {
            helper(() -> withLoop(loop -> race(loop, paths, all, listening)));
        }
        withLoop(loop -> race(loop, paths, all, listening));
        assertEquals(Collections.nCopies(RACES, 1).toString(), listening.toString());
        Files.delete(directory); // nothing is left in it
    }

    private void race(EventLoop loop, List<UnixDomainSocketAddress> paths, CyclicBarrier all, AtomicIntegerArray listening)
            throws Exception {
        for (int i = 0; i < RACES; i++) {
            meet(all);
            Server server = serveIfFree(loop, paths.get(i));
            meet(all);
            if (server != null) {
                listening.incrementAndGet(i);
                assertTrue(isThere(path(server)));
                server.close();
            }
        }
        meet(all);
    }

    private void meet(CyclicBarrier all) throws Exception {
        all.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS);
    }

    private @Nullable Server serveIfFree(EventLoop loop, UnixDomainSocketAddress address) {
        try {
            return serve(loop, address, REPLACING);
        } catch (NetworkException e) {
            assertEquals(ErrorKind.ADDRESS_IN_USE, e.kind());
            return null;
        }
    }

    @Rule({"UNIX-004", "UNIX-005"})
    @NeedsSystem("files")
    void whoListensIsLookedAtOnceAtMost() {
        withLoop(loop -> {
            for (ListenOptions options : new ListenOptions[] {PLAIN, REPLACING}) {
                AtomicInteger accepted = new AtomicInteger();
                UnixDomainSocketAddress address = fresh();
                Server server = loop.listen(address, PLAIN, (s, socket) -> {
                    accepted.incrementAndGet();
                    socket.close();
                });
                assertNotListenedOn(loop, ErrorKind.ADDRESS_IN_USE, address, options);
                afterQuiet(loop, quiet -> {
                    assertTrue(accepted.get() <= 1, () -> accepted + " connections of nobody");
                    server.close();
                });
            }
        });
    }

    // UNIX-006

    @Rule("UNIX-006")
    @NeedsSystem("files")
    void theFileHasThePermissionsThatWereAskedFor() {
        withLoop(loop -> {
            for (String text : new String[] {"rw-rw----", "rwxrwxrwx", "rw-------"}) {
                Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(text);
                Server server = serve(loop, fresh(), PLAIN.withPermissions(permissions));
                assertEquals(permissions, Files.getPosixFilePermissions(path(server)));
                assertServesAndClose(server);
            }
        });
    }

    @Rule({"UNIX-006", "ORDER-010", "ERR-005"})
    void permissionsOfAPortAreMisuse() {
        ListenOptions options = PLAIN.withPermissions(PosixFilePermissions.fromString("rw-------"));
        withLoop(loop -> {
            String words = assertThrows(IllegalArgumentException.class,
                    () -> loop.listen(new InetSocketAddress(LOCALHOST, 0), options, (server, socket) -> { })).getMessage();
            assertTrue(words.contains("rw-------") && words.contains("UnixDomainSocketAddress"), words);
        });
    }

    // UNIX-007

    @Rule({"UNIX-007", "LISTEN-002"})
    @NeedsSystem("directories")
    void whereThereIsNoDirectoryNothingCanBeListenedOn() {
        withLoop(loop -> {
            Path missing = fresh().getPath().resolve("server");
            NetworkException refused = assertNotListenedOn(
                    loop, ErrorKind.ADDRESS_NOT_AVAILABLE, UnixDomainSocketAddress.of(missing), PLAIN);
            assertTrue(refused.getMessage().contains("no directory " + missing.getParent()), refused.getMessage());
        });
    }

    @Rule({"UNIX-007", "LISTEN-002"})
    @NeedsSystem("permissions")
    void whereThisProcessMayNotWriteItCannotListen() throws IOException {
        Path directory = Files.createDirectory(fresh().getPath());
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
            if (Files.isWritable(directory)) {
                throw new TestAbortedException("this process may write everywhere");
            }
            withLoop(loop -> assertDenied(loop, UnixDomainSocketAddress.of(directory.resolve("server"))));
        } finally {
            Files.delete(directory);
        }
    }

    private void assertDenied(EventLoop loop, UnixDomainSocketAddress address) {
        NetworkException refused = assertNotListenedOn(loop, ErrorKind.PERMISSION_DENIED, address, PLAIN);
        assertTrue(refused.getMessage().contains(address.getPath().getParent().toString()), refused.getMessage());
    }

    /** As far as the system's language has them. */
    @Rule({"UNIX-001", "UNIX-002"})
    @NeedsSystem("files")
    void aPathMayHaveOtherLettersThanThoseOfAscii() {
        Path path = lettered(fresh().getPath());
        withLoop(loop -> {
            Server server = serve(loop, UnixDomainSocketAddress.of(path), PLAIN);
            assertTrue(isThere(path));
            assertEquals(path, path(server));
            loop.connect(server.localAddress(), ConnectOptions.defaults()).onConnect(s -> {
                assertEquals(UnixDomainSocketAddress.of(path), s.remoteAddress());
                server.close();
            });
        });
        assertFalse(isThere(path));
    }

    private static Path lettered(Path plain) {
        try {
            return plain.resolveSibling(plain.getFileName() + "-\u00e4\u20ac");
        } catch (InvalidPathException e) {
            throw new TestAbortedException("the system's language has no such letters", e);
        }
    }
}
