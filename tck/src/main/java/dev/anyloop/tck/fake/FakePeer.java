package dev.anyloop.tck.fake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The other end of a scripted {@link FakeConnection}. It belongs to the loop's thread. */
public final class FakePeer {

    private final FakeConnection connection;
    private final FakePipe toLoop;
    private final FakePipe fromLoop;

    FakePeer(FakeConnection connection, FakePipe toLoop, FakePipe fromLoop) {
        this.connection = connection;
        this.toLoop = toLoop;
        this.fromLoop = fromLoop;
    }

    /**
     * Sends bytes to the loop.
     *
     * @param bytes all of them are sent
     * @return this peer
     */
    public FakePeer send(byte[] bytes) {
        toLoop.put(ByteBuffer.wrap(bytes));
        return this;
    }

    /**
     * Sends text to the loop.
     *
     * @param text encoded as UTF-8
     * @return this peer
     */
    public FakePeer send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Ends the sending side (FIN).
     *
     * @return this peer
     */
    public FakePeer end() {
        toLoop.end();
        return this;
    }

    /** Resets the connection (RST): the loop may receive what was sent before; its own output fails. */
    public void reset() {
        reset(new IOException("Connection reset"));
    }

    /**
     * Resets the connection, in the words of another system.
     *
     * @param cause what the engine says when it reads
     */
    public void reset(IOException cause) {
        toLoop.fail(cause);
        connection.failOutput(new IOException("Broken pipe"));
    }

    /**
     * Fails the connection in the way of engines that tell of it only where they read: whatever is lent stays so.
     *
     * @param cause what the engine says when it reads
     */
    public void breakInput(IOException cause) {
        toLoop.fail(cause);
    }

    /**
     * Sets how many bytes the loop can send before this peer reads. Unlimited at first.
     *
     * @param bytes what the kernel takes
     * @return this peer
     */
    public FakePeer capacity(int bytes) {
        fromLoop.capacity(bytes);
        return this;
    }

    /**
     * Reads some of what the loop has sent, which makes room for more.
     *
     * @param limit how many bytes at most
     * @return the bytes
     */
    public byte[] read(int limit) {
        return fromLoop.take(limit);
    }

    /**
     * Reads all of what the loop has sent.
     *
     * @return the bytes as UTF-8
     */
    public String readText() {
        return new String(read(Integer.MAX_VALUE), StandardCharsets.UTF_8);
    }

    /**
     * Tells whether the loop has ended its sending side and everything before that was read.
     *
     * @return true after FIN
     */
    public boolean sawEnd() {
        return fromLoop.atEnd();
    }

    /**
     * Tells whether the loop has reset the connection, by closing it with bytes it did not read.
     *
     * @return true after RST
     */
    public boolean sawReset() {
        return fromLoop.failureAfterBytes() != null;
    }
}
