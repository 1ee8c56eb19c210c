package dev.anyloop.netty;

import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * The descriptor that a native transport has accepted and not yet made a channel of. Where there is no memory for the
 * channel Netty forgets it, and its client would wait for ever (RES-008).
 */
final class AcceptedDescriptor extends DelegatingHandle implements ExtendedHandle {

    private static final int NONE = -1;

    // Set once.
    private final ForgottenDescriptors forgotten;
    // Loop thread.
    private int descriptor = NONE;

    /**
     * @param netty does what else such a handle does
     * @param forgotten those of the loop
     */
    AcceptedDescriptor(ExtendedHandle netty, ForgottenDescriptors forgotten) {
        super(netty);
        this.forgotten = forgotten;
    }

    /** Native transports tell the descriptor in place of a number of bytes; the others tell nothing. */
    @Override
    public void lastBytesRead(int result) {
        super.lastBytesRead(result);
        forget(); // the one before, if even that could not be told
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
        forget();
        forgotten.close();
    }

    private void forget() {
        if (descriptor >= 0) {
            forgotten.add(descriptor);
            descriptor = NONE;
        }
    }
}
