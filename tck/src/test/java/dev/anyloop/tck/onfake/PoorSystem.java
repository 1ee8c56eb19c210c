package dev.anyloop.tck.onfake;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.transport.EngineException;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The program of a process to which its system gives little: has core find out what the errors are called while there are no descriptors,
 * then with more and more of them, and prints what it takes for something else in the end.
 */
final class PoorSystem {

    /** Names the directory for files, once Java has started, which would warn of one that is not there. */
    static final String DIRECTORY = "poor.directory";

    private static final int FEW = 6;

    private static final Deque<Closeable> TAKEN = new ArrayDeque<>();

    private PoorSystem() {}

    public static void main(String[] args) throws IOException, ClassNotFoundException {
        loadClasses();
        System.setProperty("java.io.tmpdir", System.getProperty(DIRECTORY, System.getProperty("java.io.tmpdir")));
        for (int free = 0; free <= FEW; free++) {
            takeAllBut(free);
            hear();
            free(TAKEN.size());
        }
        require(ErrorKind.CONNECT_REFUSED, new ConnectException("Connection refused"));
        require(ErrorKind.CONNECT_TIMEOUT, new ConnectException("Connection timed out"));
        require(ErrorKind.ADDRESS_IN_USE, new BindException("Address already in use"));
        require(ErrorKind.ADDRESS_NOT_AVAILABLE, new BindException("Cannot assign requested address"));
        require(ErrorKind.UNREACHABLE, new SocketException("Network is unreachable"));
        require(ErrorKind.CONNECTION_RESET, new SocketException("Connection reset by peer"));
        require(ErrorKind.PERMISSION_DENIED, new SocketException("Operation not permitted"));
        require(ErrorKind.TOO_MANY_OPEN_FILES, new SocketException("Too many open files"));
        require(ErrorKind.TOO_MANY_OPEN_FILES, new FileSystemException("/a/path", null, "Too many open files"));
        require(ErrorKind.OTHER, new SocketException("No such file or directory"));
        require(ErrorKind.OTHER, new SocketException("Read-only file system"));
        require(ErrorKind.OTHER, new SocketException("Resource temporarily unavailable"));
        require(true, "Resource temporarily unavailable");
        require(false, "No such file or directory");
        require(false, "Too many open files");
        System.out.print("heard");
    }

    /** There is no descriptor to read them with later; nothing is learned by it. */
    private static void loadClasses() throws IOException, ClassNotFoundException {
        Failures.kind(new EngineException(0, "?"), Operation.READ);
        Failures.kind(new IOException("?"), Operation.READ);
        Class.forName("dev.anyloop.core.net.Addresses");
        Class.forName("dev.anyloop.core.net.SystemWords").getDeclaredClasses();
        for (StandardProtocolFamily family : new StandardProtocolFamily[] {StandardProtocolFamily.INET, StandardProtocolFamily.UNIX}) {
            SocketChannel.open(family).close();
            ServerSocketChannel.open(family).close();
        }
    }

    /** Of each class, that it has to tell from others of that class. */
    private static void hear() {
        for (IOException each : new IOException[] {new ConnectException("?"), new BindException("?"), new SocketException("?")}) {
            Failures.kind(each, Operation.CONNECT);
            Failures.isBusy(each);
        }
    }

    private static void takeAllBut(int free) throws IOException {
        try {
            while (true) {
                TAKEN.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            free(free);
        }
    }

    private static void free(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            TAKEN.pop().close();
        }
    }

    private static void require(ErrorKind expected, IOException failure) {
        ErrorKind kind = Failures.kind(failure, Operation.CONNECT);
        if (kind != expected) {
            System.out.println(failure + " is taken for " + kind);
        }
    }

    private static void require(boolean expected, String words) {
        if (Failures.isBusy(new SocketException(words)) != expected) {
            System.out.println("busy, if it says \"" + words + "\": " + !expected);
        }
    }
}
