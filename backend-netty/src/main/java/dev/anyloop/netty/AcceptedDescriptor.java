package dev.anyloop.netty;

import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.UncheckedBooleanSupplier;
import java.io.IOException;

/**
 * The descriptor that a native transport has accepted and not yet made a channel of. Where there is no memory for the
 * channel Netty forgets it, and its client would wait for ever (RES-008).
 */
final class AcceptedDescriptor extends DelegatingHandle implements ExtendedHandle {

    private static final int NONE = -1;

    // Loop thread.
    private int descriptor = NONE;

    /** @param netty does what else such a handle does */
    AcceptedDescriptor(ExtendedHandle netty) {
        super(netty);
    }

    /** Native transports tell the descriptor in place of a number of bytes; the others tell nothing. */
    @Override
    public void lastBytesRead(int result) {
        super.lastBytesRead(result);
        descriptor = result;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return ((ExtendedHandle) delegate()).continueReading(maybeMore);
    }

    /** There is a channel, which closes it. */
    void taken() {
        descriptor = NONE;
    }

    /** There will be no channel. */
    void closeForgotten() {
        if (descriptor >= 0) {
            FileDescriptor forgotten = new FileDescriptor(descriptor);
            descriptor = NONE;
            try {
                forgotten.close();
            } catch (IOException e) {
                // There is nothing left to do: the system has let go of it all the same.
            }
        }
    }
}
