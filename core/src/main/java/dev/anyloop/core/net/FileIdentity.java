package dev.anyloop.core.net;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Which file one is. The system gives the number of one that is gone to the next, so as long as somebody holds it the number
 * is enough, and else the time has to be the same as well.
 */
record FileIdentity(@Nullable Object number, FileTime time) {

    static FileIdentity of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
        return new FileIdentity(attributes.fileKey(), attributes.lastModifiedTime());
    }

    /** A system without numbers has the times only. */
    boolean isThatOfOneHeld(FileIdentity held) {
        return held.number == null ? held.equals(this) : held.number.equals(number);
    }
}
