package dev.anyloop.tck.peer;

import dev.anyloop.tck.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection: a blocking socket. Every wait is bounded, by twice the "must happen" limit, so that
 * the loop, which knows better what went wrong, gives up first.
 */
public final class Peer {

    private static final int FLOOD_CHUNK = 256 << 10;

    private final Socket connection;
    private final Socket socket; // over it
    private final InputStream input; // of which a secured socket tells nobody any more when it has ended
    private final Limits limits;
    private final CountDownLatch finish;

    private Peer(Socket connection, Socket socket, Limits limits, CountDownLatch finish) throws IOException {
        this.connection = connection;
        this.socket = socket;
        this.input = socket.getInputStream();
        this.limits = limits;
        this.finish = finish;
    }

    /**
     * Of a connection that is made.
     *
     * @param accepted whether by this end
     * @return null if the other end is gone before anything can be said
     */
    static @Nullable Peer of(Socket connection, boolean accepted, Layer layer, Limits limits, CountDownLatch finish)
            throws IOException {
        connection.setSoTimeout((int) limits.mustHappen().multipliedBy(2).toMillis());
        connection.setTcpNoDelay(true);
        Socket socket = layer.over(connection, accepted);
        return socket == null ? null : new Peer(connection, socket, limits, finish);
    }

    public Peer send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public Peer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends so many bytes, or until the other end is gone. */
    public Peer flood(int size) {
        byte[] chunk = new byte[FLOOD_CHUNK];
        try {
            for (int sent = 0; sent < size; sent += chunk.length) {
                send(chunk);
            }
        } catch (IOException e) {
            // It was gone before it had read that much.
        }
        return this;
    }

    /** Says that no more comes, and goes on reading. */
    public Peer end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Sends RST and drops what was not read. */
    public void reset() throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    /** Says that no more comes, and neither reads any more. */
    void close() throws IOException {
        socket.close();
    }

    public byte[] read(int count) throws IOException {
        byte[] bytes = input.readNBytes(count);
        if (bytes.length < count) {
            throw new AssertionError("the peer got " + bytes.length + " bytes of " + count + ", then the end");
        }
        return bytes;
    }

    public String readText(int count) throws IOException {
        return new String(read(count), StandardCharsets.UTF_8);
    }

    /** Everything up to the end; RST is an exception. */
    public byte[] readAll() throws IOException {
        return input.readAllBytes();
    }

    public String readAllText() throws IOException {
        return new String(readAll(), StandardCharsets.UTF_8);
    }

    /** What comes, for who reads it piece by piece. */
    public InputStream input() {
        return input;
    }

    /** Reads until the connection is over, by FIN or RST alike, and tells how many bytes came. */
    public long drain() {
        byte[] chunk = new byte[65_536];
        long total = 0;
        try {
            for (int n; (n = input.read(chunk)) >= 0; total += n) {
                // What arrived does not matter here, only that it ends.
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the peer's connection did not end", e);
        } catch (IOException e) {
            // A reset ends it as well.
        }
        return total;
    }

    /** Does nothing until the loop is closed: keeps the connection open without reading. */
    public void hold() throws InterruptedException {
        if (!finish.await(2 * limits.mustHappen().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the loop was not closed");
        }
    }

    /** Does nothing until the loop's side opens the gate. */
    public Peer await(CountDownLatch gate) throws InterruptedException {
        if (!gate.await(limits.mustHappen().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the peer was not told to go on");
        }
        return this;
    }

    int port() {
        return connection.getPort();
    }

    /** As the other end sees it. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) connection.getLocalSocketAddress();
    }

    /** That of the system, for what this class does not offer. */
    public Socket socket() {
        return connection;
    }
}
