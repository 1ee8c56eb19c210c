package dev.anyloop.tck.fake;

import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection in memory. Its calls only note what core wants; {@link #deliver}, called by {@code poll}, tells what came of
 * it. It is strict with core: what the seam forbids throws {@link IllegalStateException}.
 */
public final class FakeConnection implements Connection, FakeHandle {

    private static final int LOOPBACK_CAPACITY = 65_536;

    // Set once.
    private final FakeTransport transport;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final FakeInput input;
    private final FakePipe output;

    // Loop thread.
    private @Nullable ConnectionEvents events;
    private boolean connecting;
    private boolean completed;
    private boolean connectFailed;
    private @Nullable IOException connectFailure;
    private @Nullable IOException outputFailure;
    private int offersBeforeFailure;
    private @Nullable ByteBuffer lent;
    private @Nullable FakeConnection other;
    private boolean closing;

    private FakeConnection(
            FakeTransport transport, SocketAddress local, SocketAddress remote, FakePipe input, FakePipe output) {
        this.transport = transport;
        this.local = local;
        this.remote = remote;
        this.input = new FakeInput(input);
        this.output = output;
    }

    /** Waits for {@link #complete} or {@link #fail}. */
    static FakeConnection scripted(
            FakeTransport transport, SocketAddress local, SocketAddress remote, ConnectionEvents events) {
        FakeConnection connection = new FakeConnection(
                transport, local, remote, new FakePipe(Integer.MAX_VALUE), new FakePipe(Integer.MAX_VALUE));
        connection.events = events;
        connection.connecting = true;
        return connection;
    }

    /** The end that a server accepts; {@link #attach} follows. */
    static FakeConnection incoming(FakeTransport transport, SocketAddress local) {
        return new FakeConnection(transport, local, transport.nextLike(local),
                new FakePipe(Integer.MAX_VALUE), new FakePipe(Integer.MAX_VALUE));
    }

    /** Two ends that talk to each other; the far one waits in the acceptor's backlog. */
    static FakeConnection between(
            FakeTransport transport,
            SocketAddress local,
            SocketAddress remote,
            ConnectionEvents events,
            FakeAcceptor acceptor) {
        FakePipe there = new FakePipe(LOOPBACK_CAPACITY);
        FakePipe back = new FakePipe(LOOPBACK_CAPACITY);
        FakeConnection near = new FakeConnection(transport, local, remote, back, there);
        FakeConnection far = new FakeConnection(transport, remote, local, there, back);
        near.events = events;
        near.connecting = true;
        near.completed = true;
        near.other = far;
        far.other = near;
        acceptor.enqueue(far);
        return near;
    }

    void attach(ConnectionEvents whom) {
        events = whom;
    }

    // The seam

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        check(bytes.capacity() <= 2 * bytes.remaining() + 1024, "write of a buffer that is far too large");
        int count = offer(bytes);
        lent = bytes.hasRemaining() ? bytes : null;
        return count;
    }

    @Override
    public int offer(ByteBuffer bytes) throws IOException {
        check(!closing, "write after close");
        check(!connecting, "write before connected");
        check(lent == null, "write before the buffer lent last was taken");
        check(bytes.isDirect(), "write of a heap buffer");
        if (outputFailure != null && offersBeforeFailure-- <= 0) {
            throw outputFailure;
        }
        return output.put(bytes);
    }

    @Override
    public void pauseReading() {
        check(!closing, "pauseReading after close");
        input.pause();
    }

    @Override
    public void resumeReading() {
        check(!closing, "resumeReading after close");
        input.resume();
    }

    @Override
    public void shutdownOutput() {
        check(!closing, "shutdownOutput after close");
        check(lent == null, "shutdownOutput with bytes left to write");
        output.end();
    }

    /** As a kernel does: with bytes that nobody read the other end sees a reset, otherwise an end. */
    @Override
    public void close() {
        check(!closing, "close twice");
        closing = true;
        lent = null;
        if (input.pipe().size() > 0) {
            output.fail(new IOException("Connection reset"));
        } else {
            output.end();
        }
        breakOther();
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    /** The server closed before it accepted this end. */
    void refuse() {
        output.fail(new IOException("Connection reset"));
        breakOther();
    }

    private void breakOther() {
        if (other != null) {
            other.outputFailure = new IOException("Broken pipe");
        }
    }

    private void check(boolean allowed, String misuse) {
        transport.checkThread();
        if (!allowed) {
            throw new IllegalStateException(misuse);
        }
    }

    // Events

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public boolean isReady() {
        if (closing) {
            return !transport.closesHeld();
        }
        return connecting ? isConnectOver() : isOutputReady() || input.isReady();
    }

    private boolean isConnectOver() {
        return (completed || connectFailure != null) && !connectFailed;
    }

    private boolean isOutputReady() {
        return lent != null && (outputFailure != null || output.hasRoom());
    }

    /** Any event may make core pause or close this connection, so each is followed by another look. */
    @Override
    public void deliver() {
        if (closing) {
            release();
            return;
        }
        ConnectionEvents told = Objects.requireNonNull(events, "a connection nobody has accepted");
        if (connecting) {
            deliverConnect(told);
        } else {
            if (isOutputReady()) {
                deliverOutput(told);
            }
            if (!closing && input.isReady()) {
                input.deliverChunk(told);
            }
            if (!closing && input.isReady()) {
                input.deliverEnd(told);
            }
        }
    }

    private void release() {
        transport.released(this);
        if (events != null) { // else core had no memory to accept it
            events.closed();
        }
    }

    private void deliverConnect(ConnectionEvents told) {
        if (connectFailure != null) {
            connectFailed = true;
            told.failed(connectFailure);
        } else {
            connecting = false;
            told.connected();
        }
    }

    private void deliverOutput(ConnectionEvents told) {
        ByteBuffer rest = Objects.requireNonNull(lent);
        if (outputFailure != null) {
            lent = null;
            told.outputFailed(outputFailure);
        } else {
            int count = output.put(rest);
            lent = rest.hasRemaining() ? rest : null;
            told.written(count);
        }
    }

    // The script

    /** Lets a scripted connect succeed. */
    public void complete() {
        completed = true;
    }

    /**
     * Lets a scripted connect fail.
     *
     * @param cause the engine's exception
     */
    public void fail(IOException cause) {
        connectFailure = cause;
    }

    /**
     * Breaks the output; reading goes on (SEAM-007).
     *
     * @param cause the engine's exception
     */
    public void failOutput(IOException cause) {
        failOutput(0, cause);
    }

    /**
     * Breaks the output while core is writing.
     *
     * @param offers how many of what core offers from now on are still taken
     * @param cause the engine's exception
     */
    public void failOutput(int offers, IOException cause) {
        offersBeforeFailure = offers;
        outputFailure = cause;
    }

    /**
     * Lets it behave as engines do that have read before they are told to pause: one more chunk and one end or failure
     * come after each {@link #pauseReading} (SEAM-011).
     */
    public void readAhead() {
        input.readAhead();
    }

    /**
     * The other end.
     *
     * @return a peer to write the script with; of no use on a connection to a server of this transport
     */
    public FakePeer peer() {
        return new FakePeer(this, input.pipe(), output);
    }

    /**
     * Tells whether core reads from it.
     *
     * @return false at first and after {@link #pauseReading}
     */
    public boolean isReading() {
        return input.isReading();
    }
}
