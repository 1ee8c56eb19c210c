package dev.anyloop.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Netty's epoll with what Netty waits for put right in three points.
 *
 * <p>Netty always waits for EPOLLRDHUP and, when it comes, reads to the end whether or not the connection is paused.
 * Here nobody waits for it: the end is seen by reading.
 *
 * <p>Netty takes a socket that waits for nothing out of epoll and does not put it in again, so that it cannot wait for
 * it to become writable later. Here such a socket stays, edge-triggered, so that an error is not reported for ever.
 *
 * <p>Netty takes a socket that the kernel refuses to watch for registered, and logs why. Here whoever registers it is told.
 */
final class EpollHandler implements IoHandler {

    private final IoHandler netty;
    private @Nullable UncheckedIOException refusal; // since the last registration began

    EpollHandler(IoHandler netty) {
        this.netty = netty;
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        refusal = null; // of one that was being closed
        return new Registration(netty.register(handle));
    }

    /** Why the kernel does not watch what was registered last, or null if it does. */
    @Nullable IOException refusal() {
        return refusal == null ? null : refusal.getCause();
    }

    private final class Registration implements IoRegistration {

        private final IoRegistration netty;

        Registration(IoRegistration netty) {
            this.netty = netty;
        }

        @Override
        public long submit(IoOps ops) {
            EpollIoOps wanted = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
            try {
                return netty.submit(wanted.value() == 0 ? EpollIoOps.EPOLLET : wanted);
            } catch (UncheckedIOException e) {
                refusal = e;
                throw e;
            }
        }

        @Override
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return netty.run(context);
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return netty.isCompatible(handleType);
    }

    @Override
    public void prepareToDestroy() {
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        netty.destroy();
    }
}
