package dev.anyloop.tck.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Paths of Unix-domain sockets, numbered, so that tests may call them by a port. */
public final class SocketPaths {

    private static final AtomicInteger LAST = new AtomicInteger();

    private SocketPaths() {}

    /** A directory of this process, which is empty, if all goes well, when that ends. */
    private static final class Directory {
        static final Path MADE = make();

        private static Path make() {
            try {
                Path made = Files.createTempDirectory("tck");
                made.toFile().deleteOnExit();
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @param port 0 for one at which nothing was before */
    public static UnixDomainSocketAddress address(int port) {
        return UnixDomainSocketAddress.of(Directory.MADE.resolve(String.valueOf(port == 0 ? LAST.incrementAndGet() : port)));
    }

    /** What a path stands for; 0 of an end without a name. */
    public static int port(SocketAddress address) {
        String name = ((UnixDomainSocketAddress) address).getPath().getFileName().toString();
        return name.isEmpty() ? 0 : Integer.parseInt(name);
    }
}
