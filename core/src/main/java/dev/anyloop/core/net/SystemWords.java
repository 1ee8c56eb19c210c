package dev.anyloop.core.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the system calls an error. The JDK has one class for several of them and leaves the rest to the words of the C
 * library, which Linux has in many languages. So the first time that an error may have to be recognised it is brought
 * about, on this machine and without harm, and what the JDK says of it is remembered (ERR-002). That takes a fraction of a
 * millisecond.
 */
enum SystemWords {

    REFUSED(ConnectException.class, "Connection refused") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            one.bind(address(127, 0, 0, 1));
            other.connect(one.getLocalAddress());
            finishConnect(other);
        }
    },

    IN_USE(BindException.class, "Address already in use") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            one.bind(address(127, 0, 0, 1));
            other.bind(one.getLocalAddress());
        }
    },

    NOT_AVAILABLE(BindException.class, "Cannot assign requested address") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            one.bind(address(255, 255, 255, 255)); // refused by the JDK; Linux would let it be
            other.bind(address(240, 0, 0, 1)); // refused by Linux, unless it is set to let everything be bound
        }
    },

    UNREACHABLE(SocketException.class, "Network is unreachable") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            one.connect(new InetSocketAddress(address(224, 0, 0, 1).getAddress(), 9)); // TCP has no multicast: nothing is sent
        }
    },

    RESET(SocketException.class, "Connection reset") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
                server.bind(address(127, 0, 0, 1)).configureBlocking(false);
                one.connect(server.getLocalAddress());
                SocketChannel accepted = server.accept();
                if (accepted != null) {
                    accepted.setOption(StandardSocketOptions.SO_LINGER, 0).close();
                    finishConnect(one);
                }
            }
        }
    },

    NOT_PERMITTED(FileSystemException.class, "Operation not permitted") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            Files.createLink(fileOfNobody(), fileOfNobody().getParent()); // of a directory: nobody may
        }
    },

    BUSY(SocketException.class, "Resource temporarily unavailable") {
        @Override
        void bringAbout(SocketChannel one, SocketChannel other) throws IOException {
            Path path = fileOfNobody();
            List<SocketChannel> waiting = new ArrayList<>();
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                UnixDomainSocketAddress full = UnixDomainSocketAddress.of(path);
                server.bind(full, 1);
                for (int i = 0; i < FILLS_A_BACKLOG_OF_ONE; i++) {
                    waiting.add(SocketChannel.open(StandardProtocolFamily.UNIX));
                    waiting.get(i).configureBlocking(false);
                    waiting.get(i).connect(full);
                }
            } finally {
                for (SocketChannel each : waiting) {
                    each.close();
                }
                Files.deleteIfExists(path);
            }
        }
    };

    /** Elsewhere the JDK speaks English, and some of the errors cannot be had like this. */
    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

    private static final int FILLS_A_BACKLOG_OF_ONE = 3;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    // set once
    private final Class<? extends IOException> type;
    private final String english;
    // any thread: null until learned, and then always the same
    private volatile @Nullable String learned;

    SystemWords(Class<? extends IOException> type, String english) {
        this.type = type;
        this.english = english;
    }

    /** Fails with the error, by sockets that do not block. */
    abstract void bringAbout(SocketChannel one, SocketChannel other) throws IOException;

    /** Whether this is the error that an exception of the JDK tells. */
    boolean areThoseOf(IOException failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith(words());
    }

    private String words() {
        if (learned == null && IS_LINUX) {
            learn();
        }
        return learned == null ? english : learned;
    }

    private void learn() {
        try (SocketChannel one = open(); SocketChannel other = open()) {
            one.configureBlocking(false);
            other.configureBlocking(false);
            learned = heard(one, other);
        } catch (IOException e) {
            // No descriptor is left, so nothing is learned this time.
        }
    }

    private String heard(SocketChannel one, SocketChannel other) {
        try {
            bringAbout(one, other);
        } catch (IOException e) {
            String words = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
            if (e.getClass() == type && words != null) {
                return words.split(": ")[0]; // what follows are addresses, if the JDK is told to add them
            }
        }
        return english;
    }

    private static SocketChannel open() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    private static Path fileOfNobody() {
        return Path.of(System.getProperty("java.io.tmpdir"), "anyloop-" + System.nanoTime());
    }

    /** Over loopback the outcome is there at once; where it is not, it is not waited for long. */
    private static void finishConnect(SocketChannel connecting) throws IOException {
        long start = System.nanoTime();
        while (!connecting.finishConnect() && System.nanoTime() - start < PATIENCE_NANOS) {
            Thread.onSpinWait();
        }
    }

    private static InetSocketAddress address(int... bytes) {
        return new InetSocketAddress(
                Addresses.of(new byte[] {(byte) bytes[0], (byte) bytes[1], (byte) bytes[2], (byte) bytes[3]}), 0);
    }

    /**
     * Whether an exception of the JDK tells that no descriptor is left: then a socket that has nothing to do with it cannot
     * be opened either.
     */
    static boolean tellOfDescriptors(IOException failure) {
        try {
            open().close();
            return false;
        } catch (IOException e) {
            return String.valueOf(failure.getMessage()).equals(e.getMessage());
        }
    }
}
