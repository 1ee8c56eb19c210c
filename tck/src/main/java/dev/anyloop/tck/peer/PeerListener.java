package dev.anyloop.tck.peer;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.World;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Accepts connections of the loop on a thread of its own, and hands each over. */
final class PeerListener implements Closeable {

    private final World world;
    private final Layer layer;
    private final String host;
    private final ServerSocket server;
    private final Consumer<Socket> onAccept;
    private final Consumer<Throwable> onFailure;
    private volatile Marker marker;

    /** A connection of our own; those before it in the backlog have been accepted when it is. */
    private record Marker(int port, CountDownLatch seen) {}

    PeerListener(
            World world, Layer layer, String host, int receiveBuffer, Consumer<Socket> onAccept, Consumer<Throwable> onFailure)
            throws IOException {
        this.world = world;
        this.layer = layer;
        this.host = host;
        this.server = layer.serverSocket(world);
        this.marker = new Marker(-1, world.latch(1));
        this.onAccept = onAccept;
        this.onFailure = onFailure;
        if (receiveBuffer > 0) {
            server.setReceiveBufferSize(receiveBuffer);
        }
        server.bind(layer.address(host, 0), 1024);
        world.start("tck-peer-listener", this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket accepted = server.accept();
                Marker current = marker;
                if (accepted.getPort() == current.port) {
                    accepted.close();
                    current.seen.countDown();
                } else {
                    onAccept.accept(accepted);
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    onFailure.accept(e);
                }
            }
        }
    }

    /** Waits until every connection that was made before this call has been handed over. */
    void catchUp(Limits limits) throws IOException, InterruptedException {
        try (Socket last = layer.socket(world)) {
            last.bind(layer.address(host, 0));
            Marker mark = new Marker(last.getLocalPort(), world.latch(1));
            marker = mark;
            last.connect(server.getLocalSocketAddress(), (int) limits.mustHappen().toMillis());
            if (!mark.seen.await(limits.mustHappen().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("a peer's listener does not accept");
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
