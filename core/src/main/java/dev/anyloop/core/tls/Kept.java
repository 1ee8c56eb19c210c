package dev.anyloop.core.tls;

import java.nio.ByteBuffer;

/**
 * What has come of a record that is not there as a whole; or all that comes, while the engine is busy. Its memory follows what has
 * come, and not what a header has promised (RES-007).
 */
final class Kept {

    // loop thread
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /** From position to limit. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Keeps all. */
    void add(ByteBuffer more) throws TlsException {
        add(more, more.remaining());
    }

    /** Keeps as much as makes a record of what is kept. */
    void topUp(ByteBuffer more) throws TlsException {
        while (more.hasRemaining()) {
            int length = Records.length(bytes);
            int missing = (length < 0 ? Records.HEADER_BYTES : length) - bytes.remaining();
            if (missing <= 0) {
                return;
            }
            add(more, Math.min(missing, more.remaining()));
        }
    }

    private void add(ByteBuffer more, int count) throws TlsException {
        if (bytes.capacity() - bytes.limit() < count) {
            int needed = bytes.remaining() + count;
            int record = Records.length(bytes.hasRemaining() ? bytes : more); // so that it need not grow with each byte
            int wanted = Math.max(needed, Math.max(record, 2 * bytes.remaining()));
            ByteBuffer larger = ByteBuffer.allocate(Math.min(wanted, 2 * needed));
            bytes = larger.put(bytes).flip();
        }
        int end = bytes.limit();
        bytes.limit(end + count).put(end, more, more.position(), count);
        more.position(more.position() + count);
    }
}
