package dev.anyloop.adapters;

import dev.anyloop.Socket;
import java.nio.ByteBuffer;

/** What a socket has lent for the time of a callback. */
final class Received {

    private Received() {}

    /** For later. What there is no memory for is lost, and nobody is to take what comes after it for what comes next: so the socket aborts. */
    static ByteBuffer copy(Socket socket, ByteBuffer data) {
        try {
            return ByteBuffer.allocate(data.remaining()).put(data).flip();
        } catch (OutOfMemoryError e) {
            socket.abort();
            throw e;
        }
    }
}
