package dev.anyloop.core.net;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those of this machine. What is asked of a file here waits for nobody, but for other loops of this process that are about to
 * listen at a path.
 */
public final class SystemsFiles implements SocketFiles {

    public static final SocketFiles OF_THIS_MACHINE = new SystemsFiles();

    /** Of the type and permissions of a file, its type, and which of them is a socket. */
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    /** What is done about a leftover. */
    private interface Remedy {

        /** Null if it is gone now, else why it is not. */
        @Nullable String of(Path leftover);
    }

    private SystemsFiles() {}

    // ---- to listen ----

    /**
     * Between bind and listen a socket refuses just as a leftover does. So of this process nobody looks at a path while somebody
     * is about to listen, and of others nobody who would remove what refuses (UNIX-005).
     */
    @Override
    public synchronized <T> T listen(Path path, boolean replaceLeftover, Listening<T> listening) throws IOException {
        return replaceLeftover ? replacing(path, listening) : listen(path, listening, leftover ->
                "nobody listens there, but a process that ended without closing its server has left the file"
                        + " (remove it, or use ListenOptions.withReplaceLeftover(true))");
    }

    private static <T> T replacing(Path path, Listening<T> listening) throws IOException {
        LockFile lock;
        try {
            lock = LockFile.tryLock(path.resolveSibling("." + path.getFileName() + ".anyloop-lock"));
        } catch (IOException e) {
            requireDescriptors(e);
            return listen(path, listening, leftover -> notRemoved(e));
        }
        if (lock == null) {
            throw new AddressException(ErrorKind.ADDRESS_IN_USE, "another process is about to listen there");
        }
        try (lock) {
            return listen(path, listening, SystemsFiles::remove);
        }
    }

    private static @Nullable String remove(Path leftover) {
        try {
            Files.deleteIfExists(leftover);
            return null;
        } catch (IOException e) {
            return notRemoved(e);
        }
    }

    private static String notRemoved(IOException cause) {
        return "nobody listens there, but the file that was left cannot be removed: " + cause;
    }

    private static <T> T listen(Path path, Listening<T> listening, Remedy remedy) throws IOException {
        try {
            return listening.begin();
        } catch (IOException e) {
            if (kind(e) != ErrorKind.ADDRESS_IN_USE) {
                throw whyNotBound(path, kind(e), e);
            }
            String obstacle = obstacle(path, remedy);
            if (obstacle != null) {
                throw new AddressException(ErrorKind.ADDRESS_IN_USE, obstacle, e);
            }
        }
        try {
            return listening.begin();
        } catch (IOException e) {
            throw whyNotBound(path, kind(e), e);
        }
    }

    private static ErrorKind kind(IOException cause) {
        return Failures.kind(cause, Operation.LISTEN);
    }

    /** Without one nothing can be found out about the path, which has nothing to do with it (RES-010). */
    private static void requireDescriptors(IOException failure) throws IOException {
        if (kind(failure) == ErrorKind.TOO_MANY_OPEN_FILES) {
            throw failure;
        }
    }

    /** What keeps an engine from the path, or null if nothing does any more. It is looked at once: who listens is told of it. */
    private static @Nullable String obstacle(Path path, Remedy remedy) throws IOException {
        try {
            FileIdentity found = FileIdentity.of(path);
            if (!isSocket(path, NOFOLLOW_LINKS)) {
                return "a file lies there that is no socket (remove it, or use another path)";
            }
            boolean refuses = refuses(path);
            return refuses && FileIdentity.of(path).equals(found) ? remedy.of(path) : "somebody listens there";
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            requireDescriptors(e);
            return "what lies there cannot be looked at: " + e;
        }
    }

    private static boolean refuses(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            return !connects(probe, path);
        }
    }

    /** A full backlog is not nobody's, nor is a socket that may not be connected to. */
    private static boolean connects(SocketChannel probe, Path path) {
        try {
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (IOException e) {
            return !(e instanceof ConnectException);
        }
    }

    /** The JDK has one word for all that is no file and no directory; what it adds on Unix tells a socket from a pipe. */
    private static boolean isSocket(Path path, LinkOption... options) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? ((Integer) Files.getAttribute(path, "unix:mode", options) & TYPE) == SOCKET
                : Files.readAttributes(path, BasicFileAttributes.class, options).isOther();
    }

    private static IOException whyNotBound(Path path, ErrorKind kind, IOException cause) {
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket is no root of files");
        return switch (kind) {
            case ADDRESS_IN_USE -> new AddressException(kind, "somebody else has just begun to listen there", cause);
            case PERMISSION_DENIED -> new AddressException(kind, "to make a file in " + directory, cause);
            case OTHER -> Files.isDirectory(directory) ? cause
                    : new AddressException(ErrorKind.ADDRESS_NOT_AVAILABLE, "there is no directory " + directory, cause);
            default -> cause;
        };
    }

    // ---- when it is listened on ----

    @Override
    public Bound bound(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        FileIdentity made = FileIdentity.of(absolute);
        return new Bound() {
            @Override
            public void permit(Set<PosixFilePermission> permissions) throws IOException {
                try {
                    Files.setPosixFilePermissions(absolute, permissions);
                } catch (UnsupportedOperationException e) {
                    throw new IOException("files have no permissions here: " + absolute, e);
                }
            }

            @Override
            public void remove() {
                try {
                    if (FileIdentity.of(absolute).isThatOfOneHeld(made)) {
                        Files.delete(absolute);
                    }
                } catch (IOException e) {
                    // It is gone, or may not be removed: then it is a leftover, which the next server is told of.
                }
            }
        };
    }

    // ---- to connect ----

    @Override
    public IOException whyNotConnected(Path path, ErrorKind kind, IOException cause) {
        return switch (kind) {
            case PERMISSION_DENIED -> new AddressException(kind, "to write to the file, or to enter its directory", cause);
            case CONNECT_REFUSED -> new AddressException(kind, whatRefuses(path), cause);
            case OTHER -> Files.exists(path) ? cause : new AddressException(ErrorKind.CONNECT_REFUSED, whatRefuses(path), cause);
            default -> cause;
        };
    }

    private static String whatRefuses(Path path) {
        try {
            return isSocket(path) ? "the file is there, but nobody listens" : "it is no socket";
        } catch (IOException e) {
            return "there is no such file";
        }
    }
}
