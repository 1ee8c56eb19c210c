package dev.anyloop.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Reading and writing without waiting. Of a call that a signal interrupted the JDK says neither that nothing was done nor that
 * it failed, but returns a number below -1, which would pass for an end of the input and for a length.
 */
final class Transfer {

    private Transfer() {}

    /** How many bytes came: 0 for none, which is also to be tried again, -1 for the end. */
    static int read(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer);
        return count < -1 ? 0 : count;
    }

    /** How many bytes were taken: 0 for none, which is also to be tried again. */
    static int write(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        return Math.max(channel.write(buffer), 0);
    }
}
