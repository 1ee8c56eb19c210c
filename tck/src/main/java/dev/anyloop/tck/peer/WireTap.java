package dev.anyloop.tck.peer;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What a secured socket is put on to see the records that pass, and to send its own byte by byte. */
public final class WireTap extends Socket {

    private static final int ALERT = 21;
    private static final int DATA = 23;

    /** Of an encrypted alert of the JDK's: its two bytes, the type, and 32 that are added. */
    private static final int ALERT_BYTES_1_3 = 35;

    /** A record. */
    public record Rec(int type, int length) {

        /** In TLS 1.3 it looks like data of two bytes, so send none. */
        public boolean isAlert() {
            return type == ALERT || type == DATA && length == ALERT_BYTES_1_3;
        }
    }

    private final Socket tapped;
    private final boolean byteByByte;
    private @Nullable CountDownLatch gate;
    private boolean answered;
    private @Nullable ByteArrayOutputStream keptBack;
    // guarded by itself
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    public WireTap(Socket tapped, boolean byteByByte) {
        this.tapped = tapped;
        this.byteByByte = byteByByte;
    }

    /** Once it has sent something, it reads nothing until the latch is down. To be called before it is used. */
    public void readOnAfter(CountDownLatch latch) {
        gate = latch;
    }

    /** From now on what is sent waits, to leave in one piece or in others than it was sent in; with the end all of it leaves. */
    public void keepBack() {
        keptBack = new ByteArrayOutputStream();
    }

    /**
     * What was kept back leaves, in one piece.
     *
     * @param less so many of the last bytes, which wait on
     */
    public void letGo(int less) throws IOException {
        byte[] bytes = Objects.requireNonNull(keptBack, "nothing is kept back").toByteArray();
        tapped.getOutputStream().write(bytes, 0, bytes.length - less);
        keepBack();
        keptBack.write(bytes, bytes.length - less, less);
    }

    private void awaitGate() throws InterruptedIOException {
        if (answered && gate != null) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    /** The whole ones that have come so far. */
    public List<Rec> records() {
        ByteBuffer bytes;
        synchronized (heard) {
            bytes = ByteBuffer.wrap(heard.toByteArray());
        }
        List<Rec> records = new ArrayList<>();
        while (bytes.remaining() >= 5 && bytes.remaining() >= 5 + bytes.getShort(bytes.position() + 3)) {
            Rec next = new Rec(bytes.get(bytes.position()), bytes.getShort(bytes.position() + 3));
            records.add(next);
            bytes.position(bytes.position() + 5 + next.length);
        }
        return records;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(tapped.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                awaitGate();
                int count = super.read(bytes, offset, length);
                if (count > 0) {
                    synchronized (heard) {
                        heard.write(bytes, offset, count);
                    }
                }
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(tapped.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (keptBack != null) {
                    keptBack.write(bytes, offset, length);
                    return;
                }
                int piece = byteByByte ? 1 : length;
                for (int from = 0; from < length; from += piece) {
                    out.write(bytes, offset + from, piece);
                }
                answered = true;
            }
        };
    }

    // ---- the rest is passed on ----

    @Override
    public boolean isConnected() {
        return tapped.isConnected();
    }

    @Override
    public boolean isBound() {
        return tapped.isBound();
    }

    @Override
    public boolean isClosed() {
        return tapped.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return tapped.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return tapped.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        tapped.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (keptBack != null) {
            letGo(0);
        }
        tapped.shutdownOutput();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        tapped.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return tapped.getSoTimeout();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        tapped.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return tapped.getSoLinger();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        tapped.setTcpNoDelay(on);
    }

    @Override
    public InetAddress getInetAddress() {
        return tapped.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return tapped.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return tapped.getRemoteSocketAddress();
    }

    @Override
    public int getPort() {
        return tapped.getPort();
    }

    @Override
    public int getLocalPort() {
        return tapped.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        tapped.close();
    }
}
