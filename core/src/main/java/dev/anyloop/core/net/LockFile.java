package dev.anyloop.core.net;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes: a file, made for it, that only one of them has locked. The system unlocks it when a process ends, so
 * that a file which such a process leaves holds nobody up. Nothing here waits, and nothing that the file may be instead is
 * written to or followed.
 *
 * <p>Within a process another lock has to be held all the while: systems let go of all its locks on a file as soon as it closes
 * that file once.
 */
final class LockFile implements AutoCloseable {

    private final Path path;
    private final FileChannel channel;

    private LockFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Its holders remove it, so what was locked may be no longer what lies there, and somebody else may have locked that.
     *
     * @return null if somebody else has locked it, or has just had it locked
     * @throws IOException if it cannot be made or locked by anybody here
     */
    static @Nullable LockFile tryLock(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // by whoever has it locked, or has ended meanwhile
        }
        FileChannel opened = null;
        boolean locked = false;
        try {
            FileIdentity found = FileIdentity.of(path);
            opened = FileChannel.open(path, READ, WRITE, NOFOLLOW_LINKS);
            locked = opened.tryLock() != null && FileIdentity.of(path).equals(found);
            return locked ? new LockFile(path, opened) : null;
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            return null;
        } finally {
            if (!locked && opened != null) {
                opened.close();
            }
        }
    }

    /** Removed first: unlocked, it may be somebody else's. */
    @Override
    public void close() {
        try (channel) {
            Files.delete(path);
        } catch (IOException e) {
            // It lies there until the next one has locked it.
        }
    }
}
