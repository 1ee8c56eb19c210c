package dev.anyloop.tck.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Core's memory for one connection, as a transport has it: one buffer at a time, which nobody touches until all of it is written,
 * and which somebody else fills at once when it is (SEAM-005). Every method answers with the problem, or null.
 */
final class Loan {

    private static final byte[] OF_SOMEBODY_ELSE = "NOT YOURS ".getBytes(US_ASCII);

    private @Nullable ByteBuffer lent;
    private ByteBuffer content = ByteBuffer.allocate(0);
    private long left;

    void lend(ByteBuffer bytes) {
        if (lent != null) {
            throw new IllegalStateException("a buffer is lent already: a mistake of the test");
        }
        lent = bytes;
        content = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        left = bytes.remaining();
    }

    @Nullable String taken(long count) {
        if (lent == null) {
            return "written " + count + " of a buffer that was given back";
        }
        if (count > left) {
            return "written " + count + " where " + left + " bytes were left";
        }
        left -= count;
        return left == 0 ? giveBack() : null;
    }

    /** Nothing of it is wanted any more, because all was taken or nothing will be. */
    @Nullable String giveBack() {
        ByteBuffer back = lent;
        if (back == null) {
            return null;
        }
        lent = null;
        ByteBuffer whole = back.duplicate().position(back.limit() - content.capacity());
        String problem = whole.equals(content) ? null : "a lent buffer was written to";
        for (int i = 0; whole.hasRemaining(); i++) {
            whole.put(OF_SOMEBODY_ELSE[i % OF_SOMEBODY_ELSE.length]);
        }
        return problem;
    }
}
