package dev.anyloop.tck.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A socket at a path of the system, of which the JDK has channels only. A read waits until the thread is interrupted, which whoever
 * ends a test does.
 */
public final class UnixSocket extends PathSocket {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private SocketChannel channel;
    private @Nullable SocketAddress bound;

    public UnixSocket() {
        this(open());
    }

    UnixSocket(SocketChannel channel) {
        this.channel = channel;
    }

    private static SocketChannel open() {
        try {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void bind(SocketAddress path) throws IOException {
        channel.bind(path);
        bound = path;
    }

    @Override
    public void connect(SocketAddress path) throws IOException {
        channel.connect(path);
    }

    /** One that may not block fails at once if the backlog is full, and is closed by it. */
    @Override
    public void connect(SocketAddress path, int millis) throws IOException {
        long start = System.nanoTime();
        while (!tryToConnect(path)) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(millis)) {
                throw new SocketTimeoutException("no room in the backlog of " + path);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            channel = open();
        }
    }

    private boolean tryToConnect(SocketAddress path) throws IOException {
        channel.configureBlocking(false);
        try {
            channel.connect(path);
            channel.configureBlocking(true);
            return true;
        } catch (SocketException e) {
            channel.close();
            if (e.getClass() != SocketException.class) { // as for a full backlog, and for no file
                throw e;
            }
            return false;
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one});
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            }
        };
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
        super.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
        super.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (bound instanceof UnixDomainSocketAddress unix) {
            Files.deleteIfExists(unix.getPath());
        }
    }

    // ---- state ----

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return bound != null || channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- options ----

    @Override
    public void setSendBufferSize(int bytes) throws SocketException {
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
        } catch (IOException e) {
            throw (SocketException) new SocketException(e.toString()).initCause(e);
        }
    }

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }
}
