package dev.anyloop.core.net;

import dev.anyloop.ErrorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of Unix-domain sockets, as the system has them (chapter UNIX). No engine is asked about them: they all leave files
 * behind, or remove others' files, in ways of their own. Where paths are names only, of a world without files, there is
 * nothing to do.
 */
public interface SocketFiles {

    /** Of a world in which the name of a socket is no file. */
    SocketFiles NONE = new SocketFiles() {};

    /** The file of a server. */
    interface Bound {

        /** Gives it these permissions (UNIX-006). */
        void permit(Set<PosixFilePermission> permissions) throws IOException;

        /** Removes it, if it still is the one that was made (UNIX-003). To be called while the server has its descriptor. */
        void remove();
    }

    /** Has an engine bind a path and listen on it; the engine fails if anything lies there. */
    interface Listening<T> {
        T begin() throws IOException;
    }

    /**
     * Has it done, a second time if there is room then: because a socket that nobody listens on has been removed, if that is
     * wanted (UNIX-005), or because what was there has gone by itself.
     *
     * @return what the engine has made
     * @throws IOException what there is to say about a path that cannot be listened on (UNIX-004, UNIX-007)
     */
    default <T> T listen(Path path, boolean replaceLeftover, Listening<T> listening) throws IOException {
        return listening.begin();
    }

    /**
     * Of a server that listens now.
     *
     * @return null if there is no file
     */
    default @Nullable Bound bound(Path path) throws IOException {
        return null;
    }

    /** What there is to say about a path that could not be connected to; the cause itself if that says it all. */
    default IOException whyNotConnected(Path path, ErrorKind kind, IOException cause) {
        return cause;
    }
}
