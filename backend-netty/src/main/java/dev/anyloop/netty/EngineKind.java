package dev.anyloop.netty;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The transports of Netty that this backend knows. It loads nothing of Netty before an engine is made, so that it can
 * say what is missing.
 */
enum EngineKind {

    EPOLL("epoll", "4.2.2", "io.netty.channel.epoll.Epoll", () -> new EpollEngine()),

    /** Before 4.2.14 a completion holds 16 bits of what its request was marked with. */
    IO_URING("io_uring", "4.2.14", "io.netty.channel.uring.IoUring", () -> new IoUringEngine()),

    NIO("nio", "4.2.2", "io.netty.channel.nio.NioIoHandler", () -> new NioEngine());

    private final String word;
    private final String oldestNetty;
    private final String itsClass;
    private final Supplier<Engine> maker;

    EngineKind(String word, String oldestNetty, String itsClass, Supplier<Engine> maker) {
        this.word = word;
        this.oldestNetty = oldestNetty;
        this.itsClass = itsClass;
        this.maker = maker;
    }

    /**
     * Finds one.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static EngineKind named(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Backend netty has no transport \"" + word
                        + "\" (use one of " + words() + ", or none to let it choose)"));
    }

    /** Whether all that are there have Unix-domain sockets: io_uring does from 4.2.2 on. */
    static boolean havePaths() {
        return !has(IO_URING.itsClass) || has("io.netty.channel.uring.IoUringServerDomainSocketChannel");
    }

    private static boolean has(String type) {
        try {
            Class.forName(type, false, EngineKind.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static String words() {
        return Arrays.stream(values()).map(EngineKind::word).collect(Collectors.joining(", "));
    }

    /** The others, for who cannot use this one. */
    String others() {
        return Arrays.stream(values())
                .filter(kind -> kind != this)
                .map(EngineKind::word)
                .collect(Collectors.joining(" or "));
    }

    /** The name by which Netty and this backend know it. */
    String word() {
        return word;
    }

    /** The oldest version of Netty that has what is used of it. */
    String oldestNetty() {
        return oldestNetty;
    }

    /** A class that is there if its jar is. */
    String itsClass() {
        return itsClass;
    }

    /**
     * Makes one for one loop.
     *
     * @throws LinkageError if Netty's classes are missing or do not fit
     */
    Engine newEngine() {
        return maker.get();
    }
}
