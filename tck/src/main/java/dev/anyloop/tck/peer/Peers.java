package dev.anyloop.tck.peer;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.run.Failure;
import dev.anyloop.tck.run.Stuck;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.opentest4j.TestAbortedException;

/** All that talks to the loop from outside during one test: its threads, sockets and listeners, and their end. */
public final class Peers implements AutoCloseable {

    public static final String LOCALHOST = "127.0.0.1";

    private final Limits limits;
    private final Consumer<Throwable> onFailure;
    private final Thread owner = Thread.currentThread();
    private final Failure failure = new Failure();

    /** Guarded by this. */
    private final List<Thread> threads = new ArrayList<>();

    private final List<Closeable> listeners = new ArrayList<>();
    private final List<Closeable> connections = new ArrayList<>();
    private CountDownLatch finish = new CountDownLatch(1);

    public Peers(Limits limits, Consumer<Throwable> onFailure) {
        this.limits = limits;
        this.onFailure = onFailure;
    }

    public int listen(String host, int receiveBuffer, PeerScript script) {
        try {
            PeerListener listener = new PeerListener(
                    host, receiveBuffer, accepted -> start("peer", () -> run(accepted, script)), this::fail);
            keepListener(listener);
            return listener.port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void connect(String host, int port, PeerScript script) {
        start("peer", () -> run(socket(host, port), script));
    }

    /** Connected by the calling thread; closed with the loop, if not before. */
    public Peer connect(String host, int port) throws IOException {
        return new Peer(socket(host, port), limits, latch());
    }

    private Socket socket(String host, int port) throws IOException {
        Socket socket = new Socket();
        keepConnection(socket);
        socket.connect(new InetSocketAddress(host, port), (int) limits.mustHappen().toMillis());
        return socket;
    }

    private void run(Socket socket, PeerScript script) throws Exception {
        keepConnection(socket);
        try (socket) {
            script.run(new Peer(socket, limits, latch()));
        }
    }

    public synchronized void start(String name, PeerScript.Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Throwable e) {
                        fail(e);
                    }
                },
                "tck-" + name + "-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void fail(Throwable thrown) {
        failure.add(thrown);
        onFailure.accept(thrown);
    }

    public static boolean hasIpv6() {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return server.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Bound and not listening: Linux answers a connect with RST, and nobody else can take the port. */
    public int refusingPort(String host) {
        try {
            Socket bound = new Socket();
            keepListener(bound);
            bound.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
            return bound.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Linux completes one connection more than the backlog, then drops each SYN: fill it until one hangs. */
    public int silentPort(String host, int port) {
        try {
            ServerSocket server = new ServerSocket(port, 1, InetAddress.getByName(host));
            keepListener(server);
            for (int i = 0; i < 16; i++) {
                Socket filler = new Socket();
                keepListener(filler);
                try {
                    filler.connect(server.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    return server.getLocalPort();
                }
            }
            throw new TestAbortedException("this system accepts connections beyond the backlog");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** After the loop was closed: lets the scripts come to their end. A helper that has a loop of its own may not wait. */
    public void finish(Failure into) {
        if (Thread.currentThread() != owner) {
            return;
        }
        latch().countDown();
        into.catching(this::catchUp);
        boolean failed = into.happened();
        into.catching(() -> joinAll(failed));
        into.catching(failure::rethrow);
        nextRound();
    }

    /** Until there is none: a helper may have started another. What a failed loop left waiting is interrupted. */
    private void joinAll(boolean failed) throws InterruptedException {
        for (List<Thread> running = takeThreads(); !running.isEmpty(); running = takeThreads()) {
            if (failed) {
                running.forEach(Thread::interrupt);
            }
            for (Thread thread : running) {
                thread.join(limits.mustHappen().multipliedBy(3).toMillis());
                if (thread.isAlive()) {
                    throw new Stuck(thread.getName() + " does not end", thread, "");
                }
            }
        }
    }

    private void catchUp() throws Exception {
        for (Closeable open : openListeners()) {
            if (open instanceof PeerListener listener) {
                listener.catchUp(limits);
            }
        }
    }

    private synchronized List<Closeable> openListeners() {
        return List.copyOf(listeners);
    }

    private synchronized List<Thread> takeThreads() {
        List<Thread> running = List.copyOf(threads);
        threads.clear();
        return running;
    }

    private synchronized CountDownLatch latch() {
        return finish;
    }

    private synchronized void nextRound() {
        finish = new CountDownLatch(1);
        connections.forEach(Peers::closeQuietly);
        connections.clear();
    }

    private synchronized void keepListener(Closeable listener) {
        listeners.add(listener);
    }

    private synchronized void keepConnection(Closeable connection) {
        connections.add(connection);
    }

    @Override
    public synchronized void close() {
        finish.countDown();
        listeners.forEach(Peers::closeQuietly);
        connections.forEach(Peers::closeQuietly);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is closed as far as the test is concerned.
        }
    }
}
