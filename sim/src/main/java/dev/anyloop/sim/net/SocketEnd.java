package dev.anyloop.sim.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a connection, as the program has it that is there. */
public sealed interface SocketEnd permits TcpEnd, UnixEnd {

    /** Calls this whenever something may have become possible. */
    void onChange(Runnable action);

    boolean isConnecting();

    /** Why the connection is no more: a reset, a refusal, a time-out. What came before can still be read. */
    @Nullable IOException failure();

    /** Whether its peer is on the same machine, where nothing is taken to pieces on its way. */
    boolean isLocal();

    int readable();

    /** Whether everything was read, and the peer's end after it. */
    boolean isAtEnd();

    /** Into a buffer that has room for them. */
    void read(ByteBuffer into, int count);

    /** Whether a write takes something, or fails. */
    boolean isWritable();

    /** From now on so much may wait for the peer. */
    void limitOutput(int bytes);

    /** Takes what there is room for. */
    int write(ByteBuffer bytes) throws IOException;

    /** Nothing more is written. */
    void end();

    /** The peer will hear of it, and so does the program if it is still there. */
    void reset();

    /** The program is through with it. What was written is still sent, unless something is left unread. */
    void close();

    SocketAddress local();

    SocketAddress remote();
}
