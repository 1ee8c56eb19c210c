package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Errors;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * For Netty's io_uring, which is asked to poll the descriptor, once for each time that it was ready. It is asked again only when
 * Netty's run is over: the run would bring the next datagrams too, without end (SEAM-017).
 */
final class IoUringDatagramHandle extends UnixDatagramHandle implements IoUringIoHandle, Report {

    // The kernel's numbers.
    private static final byte POLL_ADD = 6;
    private static final byte ASYNC_CANCEL = 14;
    private static final int POLLIN = 0x0001;
    private static final int POLLOUT = 0x0004;
    private static final int POLLERR = 0x0008;
    private static final int CANCELLED = -125;

    /** What the kernel is asked for, and what is wanted of it; it tells of the one by the mask of the other. */
    private final class Poll {
        final int mask;
        boolean wanted;
        boolean underWay;
        long request;

        Poll(int mask) {
            this.mask = mask;
        }

        void ask() {
            if (wanted && !underWay) {
                request = registration.submit(new IoUringIoOps(
                        POLL_ADD, (byte) 0, (short) 0, socket().intValue(), 0, 0, 0, mask, mask, (short) 0, (short) 0, 0, 0));
                underWay = true;
            }
        }

        void cancel() {
            wanted = false;
            if (underWay) {
                registration.submit(new IoUringIoOps(
                        ASYNC_CANCEL, (byte) 0, (short) 0, -1, 0, request, 0, 0, 0, (short) 0, (short) 0, 0, 0));
            }
        }
    }

    // Set when it is registered.
    private IoRegistration registration;

    // Loop thread.
    private final Poll input = new Poll(POLLIN);
    private final Poll output = new Poll(POLLOUT);
    private boolean asking; // when the run is over
    private boolean releasing;

    IoUringDatagramHandle(InetSocketAddress local, DatagramOptions options) throws IOException {
        super(local, options);
    }

    @Override
    public void registered(IoRegistration registration, NettyDatagramPort port) {
        this.registration = registration;
        tell(port);
    }

    @Override
    public void watch(boolean input, boolean output) {
        this.input.wanted = input;
        this.output.wanted = output;
        if (!asking) {
            report();
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        int result = completion.res();
        if (completion.opcode() != POLL_ADD) {
            return;
        }
        (completion.userData() == POLLIN ? input : output).underWay = false;
        if (releasing || result == CANCELLED) {
            return;
        }
        if (!asking) {
            port().transport().reportLater(this);
            asking = true; // not sooner: there may be no room
        }
        if (result < 0) {
            port().failed(Errors.newIOException("poll", result));
        } else {
            ready((result & POLLIN) != 0, (result & POLLOUT) != 0, (result & POLLERR) != 0);
        }
    }

    /** Asks again. */
    @Override
    public void report() {
        asking = false;
        if (!releasing) {
            input.ask();
            output.ask();
        }
    }

    /** The kernel has let go of it when it has answered all. */
    @Override
    public void release() {
        releasing = true;
        input.cancel();
        output.cancel();
        registration.cancel();
    }

    @Override
    public void unregistered() {
        closeDescriptor();
        port().gone();
    }

    @Override
    public void close() {
        if (!releasing) {
            release();
        }
    }
}
