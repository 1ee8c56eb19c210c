package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.function.Executable;

/** A peer that sends until nobody takes any more, and does not read meanwhile. */
final class Flood implements AutoCloseable {

    private static final long TOO_MUCH = 256L << 20;
    private static final int ROUNDS_WITHOUT_PROGRESS = 200;

    private final SocketChannel channel;
    private long sent;

    private Flood(SocketChannel channel) {
        this.channel = channel;
    }

    static Flood connect(int port) throws IOException {
        return new Flood(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    /** Between its attempts it does something else, which has to work and to take some time. */
    long sendUntilStalled(Executable meanwhile) throws Throwable {
        channel.configureBlocking(false);
        for (int round = 0; round < ROUNDS_WITHOUT_PROGRESS; round++) {
            int taken = channel.write(nextBytes(64 * 1024));
            if (taken > 0) {
                sent += taken;
                round = 0;
                assertTrue(sent < TOO_MUCH, "nobody holds the flood back");
            } else {
                meanwhile.execute();
            }
        }
        return sent;
    }

    void end() throws IOException {
        channel.shutdownOutput();
    }

    /** Reads back what was sent. */
    void expectEcho() throws IOException {
        channel.configureBlocking(true);
        ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
        for (long received = 0; received < sent; chunk.clear()) {
            assertTrue(channel.read(chunk) > 0, "the end came after " + received + " of " + sent + " bytes");
            for (chunk.flip(); chunk.hasRemaining(); received++) {
                assertEquals(byteAt(received), chunk.get());
            }
        }
    }

    private ByteBuffer nextBytes(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            bytes.put(byteAt(sent + i));
        }
        return bytes.flip();
    }

    /** A pattern that does not repeat with any size of buffer. */
    static byte byteAt(long position) {
        return (byte) (position % 251);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
