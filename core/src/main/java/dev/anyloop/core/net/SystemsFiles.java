package dev.anyloop.core.net;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those of this machine. What is asked of a file here does not wait for anybody. */
public final class SystemsFiles implements SocketFiles {

    public static final SocketFiles OF_THIS_MACHINE = new SystemsFiles();

    /**
     * Which file one is. The system gives the number of one that is gone to the next, so as long as somebody holds it the number
     * is enough, and else the time has to be the same as well.
     */
    private record Identity(@Nullable Object number, FileTime time) {

        static Identity of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return new Identity(attributes.fileKey(), attributes.lastModifiedTime());
        }

        /** A system without numbers has the times only. */
        boolean isThatOfOneHeld(Identity held) {
            return held.number == null ? held.equals(this) : held.number.equals(number);
        }
    }

    private SystemsFiles() {}

    // ---- what was made ----

    @Override
    public Bound bound(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Identity made = Identity.of(absolute);
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
                    if (Identity.of(absolute).isThatOfOneHeld(made)) {
                        Files.delete(absolute);
                    }
                } catch (IOException e) {
                    // It is gone, or may not be removed: then it is a leftover, which the next server is told of.
                }
            }
        };
    }

    // ---- what was left ----

    /**
     * It is moved aside first, and looked at again there: whoever else finds the same leftover may have put a server of its own in
     * its place by now, and gets it back.
     */
    @Override
    public boolean removeLeftover(Path path) {
        try {
            Identity found = Identity.of(path);
            if (!isLeftover(path)) {
                return false;
            }
            Path aside = path.resolveSibling(".anyloop-" + Long.toHexString(System.nanoTime()));
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            boolean same = Identity.of(aside).equals(found);
            if (!same) {
                Files.createLink(path, aside);
            }
            Files.delete(aside);
            return same;
        } catch (IOException e) {
            return false; // it is gone, or not ours to remove
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).isOther();
    }

    private static boolean isLeftover(Path path) throws IOException {
        if (!isSocket(path)) {
            return false;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException e) { // of nobody; a full backlog is another exception, and so is one that may not be entered
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    // ---- what is said ----

    @Override
    public IOException whyNotBound(Path path, ErrorKind kind, IOException cause) {
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket is no root of files");
        if (kind == ErrorKind.ADDRESS_IN_USE) {
            return because(kind, whatLiesAt(path), cause);
        } else if (kind == ErrorKind.PERMISSION_DENIED) {
            return because(kind, "to make a file in " + directory, cause);
        } else if (!Files.isDirectory(directory)) {
            return because(ErrorKind.ADDRESS_NOT_AVAILABLE, "there is no directory " + directory, cause);
        }
        return cause;
    }

    private static String whatLiesAt(Path path) {
        try {
            return !isSocket(path) ? "a file lies there that is no socket (remove it, or use another path)"
                    : isLeftover(path) ? "nobody listens there, but a process that ended without closing its server has left the"
                            + " file (remove it, or use ListenOptions.withReplaceLeftover(true))"
                    : "somebody listens there";
        } catch (IOException e) {
            return "but it has gone since";
        }
    }

    @Override
    public IOException whyNotConnected(Path path, ErrorKind kind, IOException cause) {
        if (kind == ErrorKind.PERMISSION_DENIED) {
            return because(kind, "to write to the file, or to enter its directory", cause);
        } else if (!Files.exists(path)) {
            return because(ErrorKind.CONNECT_REFUSED, "there is no such file", cause);
        } else if (kind == ErrorKind.CONNECT_REFUSED) {
            return because(kind, Files.isRegularFile(path) || Files.isDirectory(path) ? "it is no socket"
                    : "the file is there, but nobody listens", cause);
        }
        return cause;
    }

    private static IOException because(ErrorKind kind, String words, IOException cause) {
        IOException told = new AddressException(kind, words);
        told.initCause(cause);
        return told;
    }
}
