package dev.anyloop.tck.peer;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import dev.anyloop.tck.run.Failure;
import dev.anyloop.tck.run.Stuck;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** All that talks to the loop from outside during one test: its threads, sockets and listeners, and their end. */
public final class Peers implements AutoCloseable {

    public static final String LOCALHOST = "127.0.0.1";

    private final World world;
    private final Layer layer;
    private final Limits limits;
    private final Consumer<Throwable> onFailure;
    private final Thread owner = Thread.currentThread();
    private final Failure failure = new Failure();

    /** Guarded by this. */
    private final List<Thread> threads = new ArrayList<>();

    private final List<Closeable> listeners = new ArrayList<>();
    private final List<Closeable> connections = new ArrayList<>();
    private CountDownLatch finish;

    public Peers(World world, Layer layer, Limits limits, Consumer<Throwable> onFailure) {
        this.world = world;
        this.layer = layer;
        this.limits = limits;
        this.onFailure = onFailure;
        this.finish = world.latch(1);
    }

    public int listen(String host, int receiveBuffer, PeerScript script) {
        try {
            PeerListener listener = new PeerListener(
                    world, layer, host, receiveBuffer, accepted -> start("peer", () -> run(accepted, true, script)), this::fail);
            keepListener(listener);
            return listener.port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void connect(String host, int port, PeerScript script) {
        start("peer", () -> run(socket(host, port), false, script));
    }

    /** Connected by the calling thread; closed with the loop, if not before. */
    public Peer connect(String host, int port) throws IOException {
        Peer peer = Peer.of(socket(host, port), false, layer, limits, latch());
        if (peer == null) {
            throw new IOException("the other end is gone");
        }
        return peer;
    }

    private Socket socket(String host, int port) throws IOException {
        Socket socket = layer.socket(world);
        keepConnection(socket);
        bindElsewhere(socket, layer.from(host));
        socket.connect(layer.address(host, port), (int) limits.mustHappen().toMillis());
        return socket;
    }

    /** Not where servers are, so that it shows who takes one address for the other. */
    private static void bindElsewhere(Socket socket, @Nullable SocketAddress from) {
        try {
            if (from != null) {
                socket.bind(from);
            }
        } catch (IOException e) {
            // The system has one such address only.
        }
    }

    private void run(Socket socket, boolean accepted, PeerScript script) throws Exception {
        keepConnection(socket);
        try (socket) {
            Peer peer = Peer.of(socket, accepted, layer, limits, latch());
            if (peer != null) {
                script.run(peer);
                peer.close();
            }
        }
    }

    public synchronized void start(String name, PeerScript.Work work) {
        threads.add(world.start("tck-" + name + "-" + threads.size(), () -> {
            try {
                work.run();
            } catch (Throwable e) {
                fail(e);
            }
        }));
    }

    private void fail(Throwable thrown) {
        failure.add(thrown);
        onFailure.accept(thrown);
    }

    public static boolean hasIpv6(World world) {
        try (ServerSocket server = listen(world, Layer.NONE, "::1", 0)) {
            return server.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** A listening socket with a backlog of one. */
    public ServerSocket listen(String host, int port) throws IOException {
        return listen(world, layer, host, port);
    }

    private static ServerSocket listen(World world, Layer layer, String host, int port) throws IOException {
        ServerSocket server = layer.serverSocket(world);
        try {
            server.bind(layer.address(host, port), 1);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Bound to a free port, or the given one; closed with the loop, if not before. */
    public DatagramPeer datagrams(String host, int port) {
        try {
            DatagramSocket socket = world.datagramSocket();
            keepConnection(socket);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return new DatagramPeer(socket, limits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bound and not listening: Linux answers a connect with RST, and nobody else can take the port. */
    public int refusingPort(String host) {
        try {
            Socket bound = layer.socket(world);
            keepListener(bound);
            bound.bind(layer.address(host, 0));
            return bound.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Linux completes one connection more than the backlog, then drops each SYN: fill it until one hangs. At a path it is the same. */
    public int silentPort(String host, int port) {
        return silentServer(host, port).getLocalPort();
    }

    /** Who accepts there ends the silence. */
    public ServerSocket silentServer(String host, int port) {
        try {
            ServerSocket server = listen(host, port);
            keepListener(server);
            for (int i = 0; i < 16; i++) {
                Socket filler = layer.socket(world);
                keepListener(filler);
                try {
                    filler.connect(server.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    return server;
                }
            }
            throw new TestAbortedException("this system accepts connections beyond the backlog");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many of so many are let in, one after the other, before the first that has to wait. */
    public int letIn(String host, int port, int most) throws IOException {
        int wait = (int) limits.mustNotHappen().multipliedBy(4).toMillis();
        for (int count = 0; count < most; count++) {
            Socket client = layer.socket(world);
            keepConnection(client);
            try {
                client.connect(layer.address(host, port), wait);
            } catch (SocketTimeoutException e) {
                return count;
            }
        }
        return most;
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
                if (!world.join(thread, limits.mustHappen().multipliedBy(3))) {
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

    private void nextRound() {
        List<Closeable> over;
        synchronized (this) {
            finish = world.latch(1);
            over = List.copyOf(connections);
            connections.clear();
        }
        over.forEach(Peers::closeQuietly);
    }

    private synchronized void keepListener(Closeable listener) {
        listeners.add(listener);
    }

    private synchronized void keepConnection(Closeable connection) {
        connections.add(connection);
    }

    @Override
    public void close() {
        latch().countDown();
        openListeners().forEach(Peers::closeQuietly);
        nextRound();
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is closed as far as the test is concerned.
        }
    }
}
