package dev.anyloop.tck.peer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Paths of Unix-domain sockets, numbered, so that tests may call them by a port. */
public final class SocketPaths {

    private static final AtomicInteger LAST = new AtomicInteger();

    private SocketPaths() {}

    /** A directory of this process, which goes with it, and with all that tests have put there. */
    private static final class Directory {
        static final Path MADE = make();

        private static Path make() {
            try {
                Path made = Files.createTempDirectory("tck");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(made)));
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void remove(Path directory) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete); // what is inside first
            } catch (IOException | UncheckedIOException e) {
                // the system tidies up some day
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
