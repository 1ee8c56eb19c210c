package dev.anyloop.netty;

import org.jspecify.annotations.Nullable;

/**
 * The outputs that no connection has. One has its own only while something that it was lent is on its way, so that idle ones
 * are small; and to send makes no object, but where a great many send at once. To give one back takes no memory, so that it
 * cannot fail.
 */
final class SpareOutputs {

    private static final int MOST = 1024;

    // Loop thread.
    private @Nullable NettyOutput top;
    private int count;

    NettyOutput take(NettyConnection connection) {
        NettyOutput output = top;
        if (output == null) {
            output = new NettyOutput();
        } else {
            top = output.next;
            output.next = null;
            count--;
        }
        return output.of(connection);
    }

    /** One that {@linkplain NettyOutput#isOver is over}. */
    void give(NettyOutput output) {
        output.of(null);
        if (count < MOST) {
            output.next = top;
            top = output;
            count++;
        }
    }

    void clear() {
        top = null;
        count = 0;
    }
}
