package dev.anyloop.sim;

import dev.anyloop.core.transport.EngineException;
import dev.anyloop.sim.net.Listener;
import dev.anyloop.sim.net.Machine;
import dev.anyloop.sim.net.SocketEnd;
import dev.anyloop.sim.net.TcpEnd;
import dev.anyloop.sim.net.TcpListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A blocking socket of a simulated host: waiting is virtual. It is long because {@link SocketImpl} asks for so much. */
class SimSocketImpl extends SocketImpl {

    /** On the loopback interface of a real system what is sent has arrived when the call returns. */
    private static final long ARRIVED_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Real systems let it grow, on the loopback interface to a few megabytes: so many times what is much there. */
    private static final int SEND_BUFFER = 4;

    private final SimWorld world;
    private final Map<Integer, Object> options = new HashMap<>();
    private @Nullable SocketEnd end;
    private @Nullable Listener<?> listener;
    private boolean inputShut;
    private boolean closed;

    SimSocketImpl(SimWorld world) {
        this.world = world;
    }

    final Machine machine() {
        return world.host().machine();
    }

    SocketEnd end() throws SocketException {
        if (closed || end == null) {
            throw new SocketException(closed ? "Socket closed" : "Socket is not connected");
        }
        return end;
    }

    // ---- waiting ----

    /** Returns because the condition holds, or the socket was closed meanwhile. */
    final void await(long millis, BooleanSupplier condition) throws IOException {
        long nanos = millis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            if (!world.await(nanos, () -> closed || condition.getAsBoolean())) {
                throw new SocketTimeoutException("timed out");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        if (closed) {
            throw new SocketException("Socket closed");
        }
    }

    private void arrive() {
        arrive(world);
    }

    /** To be called with no lock held. */
    static void arrive(SimWorld world) {
        world.pass(ARRIVED_NANOS);
    }

    private int timeout() {
        return (Integer) options.getOrDefault(SocketOptions.SO_TIMEOUT, 0);
    }

    private boolean mayReuse() {
        return (Boolean) options.getOrDefault(SocketOptions.SO_REUSEADDR, false);
    }

    final TcpEnd.Buffers buffers() {
        return TcpEnd.Buffers.of((Integer) options.getOrDefault(SocketOptions.SO_RCVBUF, 0),
                (Integer) options.getOrDefault(SocketOptions.SO_SNDBUF, SEND_BUFFER * world.much()));
    }

    // ---- addresses ----

    @Override
    protected void create(boolean stream) {}

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        try {
            TcpListener bound = machine().bind(new InetSocketAddress(host, port), mayReuse(), false);
            use(bound);
            address = bound.local().getAddress();
            localport = bound.local().getPort();
        } catch (EngineException e) {
            throw notBound(e);
        }
    }

    static BindException notBound(EngineException why) {
        return (BindException) new BindException(why.getMessage()).initCause(why);
    }

    final void use(Listener<?> bound) {
        listener = bound;
    }

    final SocketAddress local() {
        return end != null ? end.local() : Objects.requireNonNull(listener).local();
    }

    // ---- connecting ----

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        InetSocketAddress from = (InetSocketAddress) unbind();
        TcpEnd connecting = machine().connect((InetSocketAddress) remote, from, mayReuse(), buffers());
        use(connecting);
        await(millis, () -> !connecting.isConnecting());
        if (connecting.failure() != null) {
            throw notConnected(connecting.failure());
        }
    }

    /** Where it was bound, for who connects from there; null if it was not. */
    final @Nullable SocketAddress unbind() {
        if (listener == null) {
            return null;
        }
        SocketAddress from = listener.local();
        listener.close();
        listener = null;
        return from;
    }

    static ConnectException notConnected(IOException why) {
        return (ConnectException) new ConnectException(why.getMessage()).initCause(why);
    }

    final void use(SocketEnd connection) {
        end = connection;
        if (connection.remote() instanceof InetSocketAddress remote) {
            address = remote.getAddress();
            port = remote.getPort();
            localport = ((InetSocketAddress) connection.local()).getPort();
        }
    }

    // ---- listening ----

    @Override
    protected void listen(int backlog) throws IOException {
        Objects.requireNonNull(listener).listen(backlog, buffers());
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        Listener<?> listening = Objects.requireNonNull(listener);
        await(timeout(), listening::hasWaiting);
        ((SimSocketImpl) accepted).use(listening.accept());
    }

    // ---- reading and writing ----

    @Override
    protected InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return length == 0 ? 0 : readSome(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public int available() throws IOException {
                return end().readable();
            }
        };
    }

    private int readSome(ByteBuffer into) throws IOException {
        SocketEnd from = end();
        await(timeout(), () -> inputShut || from.readable() > 0 || from.isAtEnd() || from.failure() != null);
        if (inputShut) {
            return -1;
        } else if (from.readable() > 0) {
            int count = Math.min(from.readable(), into.remaining());
            from.read(into, count);
            return count;
        } else if (from.failure() != null) {
            throw broken(from.failure());
        }
        return -1;
    }

    private static SocketException broken(IOException failure) {
        return (SocketException) new SocketException(failure.getMessage()).initCause(failure);
    }

    @Override
    protected OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writeAll(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        SocketEnd to = end();
        while (bytes.hasRemaining()) {
            if (to.failure() != null) {
                throw broken(to.failure());
            }
            to.write(bytes);
            arrive();
            if (bytes.hasRemaining()) {
                await(0, to::isWritable);
            }
        }
    }

    @Override
    protected int available() throws IOException {
        return end().readable();
    }

    @Override
    protected void shutdownInput() {
        inputShut = true;
    }

    @Override
    protected void shutdownOutput() throws IOException {
        end().end();
        arrive();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("no urgent data in a simulation");
    }

    @Override
    protected void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (listener != null) {
            listener.close();
        }
        if (end != null) {
            if (Integer.valueOf(0).equals(options.get(SocketOptions.SO_LINGER))) {
                end.reset();
            }
            end.close();
        }
    }

    // ---- options ----

    @Override
    public void setOption(int option, Object value) {
        options.put(option, value);
        if (option == SocketOptions.SO_SNDBUF && end != null) {
            end.limitOutput((Integer) value);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        return switch (option) {
            case SocketOptions.SO_BINDADDR -> ((InetSocketAddress) local()).getAddress();
            case SocketOptions.SO_TIMEOUT, SocketOptions.SO_RCVBUF, SocketOptions.SO_SNDBUF -> options.getOrDefault(option, 0);
            default -> options.getOrDefault(option, false);
        };
    }
}
