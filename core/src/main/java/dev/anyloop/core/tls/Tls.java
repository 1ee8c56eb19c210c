package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import dev.anyloop.TlsOptions;
import dev.anyloop.core.buffer.BufferPool;
import dev.anyloop.core.net.Words;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.turn.Helpers;
import dev.anyloop.core.turn.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the TLS connections of a loop share, so that one at rest holds no buffer: it takes a turn with these. */
public final class Tls {

    /** Room for one record, whatever the version. */
    static final int RECORD_BYTES = Records.HEADER_BYTES + Records.PLAIN_BYTES + Records.ADDED_BYTES;

    /** As many as a read callback may get (READ-001), so that what has arrived at once is delivered at once. */
    private static final int PLAIN_BYTES = 64 * 1024;

    // set once
    final Loop loop;
    private final Helpers computers;
    // loop thread
    private @Nullable ByteBuffer plain;
    private @Nullable ByteBuffer record;
    private @Nullable ByteBuffer cipher;
    private Batch batch = new Batch();

    /** @param computers do what takes long (TLS-006) */
    public Tls(Loop loop, Helpers computers) {
        this.loop = loop;
        this.computers = computers;
    }

    /**
     * Over a connection that is made, or accepted; it begins when it is told to be {@link TlsConnection#connected}.
     *
     * @param host of a client: whom it wants to be connected to, as a name or an address
     * @param events what becomes of the handshake
     */
    public TlsConnection over(Connection connection, TlsOptions options, String host, int port, TlsEvents above, HandshakeEvents events) {
        return new TlsConnection(this, connection, new Engines(options, host, port), above, events);
    }

    /** Whether a handshake failed because its peer was gone before anything had come of it. */
    public static boolean isUnheard(IOException failure) {
        return failure instanceof TlsException gone && gone.isUnheard();
    }

    /** For what was received, empty unless this very connection is filling it. */
    ByteBuffer plain() {
        if (plain == null) {
            plain = ByteBuffer.allocateDirect(PLAIN_BYTES);
        }
        return plain;
    }

    /** For one record while it is worked on, empty: the engine of the JDK does that in place, and faster on the heap (decision 46). */
    ByteBuffer record() {
        return record(RECORD_BYTES);
    }

    /** The same, with room for so many bytes, as an engine may want although no record has as many. */
    ByteBuffer record(int bytes) {
        if (record == null || record.capacity() < bytes) {
            record = ByteBuffer.allocate(bytes);
        }
        return record.clear();
    }

    /** For records that are to be sent, empty; all of it fits in one buffer of the pool. */
    ByteBuffer cipher() {
        if (cipher == null) {
            cipher = ByteBuffer.allocateDirect(BufferPool.LARGEST_BYTES);
        }
        return cipher.clear();
    }

    /** What is in {@link #cipher}. */
    Batch batch() {
        return batch;
    }

    /** Of a connection that has to wait until the kernel takes the rest. */
    Batch takeBatch() {
        Batch taken = batch;
        batch = new Batch();
        return taken;
    }

    /** Runs it elsewhere, later. */
    void offload(@Nullable Executor executor, Runnable work) throws TlsException {
        try {
            if (executor != null) {
                executor.execute(work);
            } else {
                computers.run(work);
            }
        } catch (Throwable e) { // whatever the user's executor throws, and what the JDK does when there is no thread
            throw new TlsException(ErrorKind.TLS_HANDSHAKE, "its computations were rejected: " + Words.of(e), e);
        }
    }

    public void close() {
        computers.close();
    }
}
