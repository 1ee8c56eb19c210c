package dev.anyloop.core.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
        Step prepared(Deque<Closeable> opened) throws IOException {
            SocketAddress bound = boundTo(open(opened));
            SocketChannel other = open(opened);
            return () -> {
                other.connect(bound);
                finishConnect(other);
            };
        }
    },

    IN_USE(BindException.class, "Address already in use") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            SocketAddress bound = boundTo(open(opened));
            SocketChannel other = open(opened);
            return () -> other.bind(bound);
        }
    },

    NOT_AVAILABLE(BindException.class, "Cannot assign requested address") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            SocketChannel one = open(opened);
            SocketChannel other = open(opened);
            return () -> {
                one.bind(address(255, 255, 255, 255)); // refused by the JDK; Linux would let it be
                other.bind(address(240, 0, 0, 1)); // refused by Linux, unless it is set to let everything be bound
            };
        }
    },

    UNREACHABLE(SocketException.class, "Network is unreachable") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            SocketChannel one = open(opened);
            InetSocketAddress group = new InetSocketAddress(address(224, 0, 0, 1).getAddress(), 9);
            return () -> one.connect(group); // TCP has no multicast: nothing is sent
        }
    },

    RESET(SocketException.class, "Connection reset") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            SocketChannel one = open(opened);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
            opened.push(server);
            server.bind(address(127, 0, 0, 1)).configureBlocking(false);
            one.connect(server.getLocalAddress());
            SocketChannel accepted = server.accept();
            if (accepted == null) {
                throw new IOException("it is not connected yet");
            }
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0).close();
            return () -> finishConnect(one);
        }
    },

    NOT_PERMITTED(FileSystemException.class, "Operation not permitted") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            Path path = Files.createFile(fileOfNobody()); // which a file system may refuse, for reasons of its own
            Files.delete(path);
            return () -> Files.createLink(path, path.getParent()); // of a directory: nobody may
        }
    },

    BUSY(SocketException.class, "Resource temporarily unavailable") {
        @Override
        Step prepared(Deque<Closeable> opened) throws IOException {
            Path path = fileOfNobody();
            UnixDomainSocketAddress full = UnixDomainSocketAddress.of(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            opened.push(server);
            server.bind(full, 1);
            opened.push(() -> Files.deleteIfExists(path));
            List<SocketChannel> waiting = new ArrayList<>();
            for (int i = 0; i < FILLS_A_BACKLOG_OF_ONE; i++) {
                SocketChannel each = SocketChannel.open(StandardProtocolFamily.UNIX);
                opened.push(each);
                each.configureBlocking(false);
                waiting.add(each);
            }
            return () -> {
                for (SocketChannel each : waiting) {
                    each.connect(full);
                }
            };
        }
    };

    /** What fails with the error, by sockets that do not block. */
    interface Step {
        void take() throws IOException;
    }

    /** Elsewhere the JDK speaks English, and some of the errors cannot be had like this. */
    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

    private static final int FILLS_A_BACKLOG_OF_ONE = 3;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** So many does a look-up of the system's or the opening of a loop want at once. */
    private static final int A_FEW = 4;

    private static final String NO_DESCRIPTOR = "Too many open files";

    // any thread: null until it was met, for it cannot be brought about without harm
    private static volatile @Nullable String noDescriptor;

    // set once
    private final Class<? extends IOException> type;
    private final String english;
    // any thread: null until learned, and then always the same
    private volatile @Nullable String learned;

    SystemWords(Class<? extends IOException> type, String english) {
        this.type = type;
        this.english = english;
    }

    /**
     * Does all but the last step. What fails here teaches nothing: it may be any error, and what is learned stays.
     *
     * @param opened gets what is to be closed when the step was taken, or when this has failed
     */
    abstract Step prepared(Deque<Closeable> opened) throws IOException;

    /** Whether this is the error that an exception of the JDK tells. */
    boolean areThoseOf(IOException failure) {
        String told = told(failure);
        return told != null && told.startsWith(words());
    }

    private String words() {
        if (learned == null && IS_LINUX) {
            learn();
        }
        String words = learned;
        return words == null ? english : words;
    }

    private void learn() {
        Deque<Closeable> opened = new ArrayDeque<>();
        try {
            learned = heard(prepared(opened));
        } catch (IOException e) {
            // No descriptor is left, there is no network, or nothing can be written: so nothing is learned this time.
        } finally {
            opened.forEach(SystemWords::close);
        }
    }

    private String heard(Step step) {
        try {
            step.take();
        } catch (IOException e) {
            String told = told(e);
            if (e.getClass() == type && told != null) {
                return told.split(": ")[0]; // what follows are addresses, if the JDK is told to add them
            }
        }
        return english;
    }

    private static @Nullable String told(IOException failure) {
        return failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    }

    private static SocketChannel open(Deque<Closeable> opened) throws IOException {
        SocketChannel channel = open();
        opened.push(channel);
        channel.configureBlocking(false);
        return channel;
    }

    private static SocketChannel open() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    private static void close(Closeable opened) {
        try {
            opened.close();
        } catch (IOException e) {
            // Nobody has used it for anything.
        }
    }

    private static SocketAddress boundTo(SocketChannel channel) throws IOException {
        return channel.bind(address(127, 0, 0, 1)).getLocalAddress();
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
     * Whether an exception of the JDK tells that no descriptor is left, though there may be one again by now. In a language that is
     * not known yet, sockets that have nothing to do with it cannot be opened either.
     */
    static boolean tellOfDescriptors(IOException failure) {
        String told = told(failure);
        return told != null
                && (told.startsWith(NO_DESCRIPTOR) || told.equals(noDescriptor) || told.equals(whySocketsDoNotOpen()));
    }

    /** Whether there are fewer descriptors left now than somebody may want. */
    static boolean tooFewDescriptorsAreLeft() {
        String why = whySocketsDoNotOpen();
        return why != null && (why.startsWith(NO_DESCRIPTOR) || why.equals(noDescriptor));
    }

    private static @Nullable String whySocketsDoNotOpen() {
        Deque<Closeable> opened = new ArrayDeque<>();
        try {
            while (opened.size() < A_FEW) {
                opened.push(open());
            }
            return null;
        } catch (IOException e) {
            String why = e.getMessage();
            if (why != null && why.equals(whyNoFileOpens())) { // so it is no want of memory for sockets
                noDescriptor = why;
            }
            return why;
        } finally {
            opened.forEach(SystemWords::close);
        }
    }

    private static @Nullable String whyNoFileOpens() {
        try {
            Files.newInputStream(Path.of("/dev/null")).close();
            return null;
        } catch (IOException e) {
            return told(e);
        }
    }
}
