package dev.anyloop.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll with what Netty waits for put right in two points.
 *
 * <p>Netty always waits for EPOLLRDHUP and, when it comes, reads to the end whether or not the connection is paused.
 * Here nobody waits for it: the end is seen by reading.
 *
 * <p>Netty takes a socket that waits for nothing out of epoll and does not put it in again, so that it cannot wait for
 * it to become writable later. Here such a socket stays, edge-triggered, so that an error is not reported for ever.
 */
final class EpollHandler implements IoHandler {

    private final IoHandler netty;

    EpollHandler(IoHandler netty) {
        this.netty = netty;
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(netty.register(handle));
    }

    private record Registration(IoRegistration netty) implements IoRegistration {

        @Override
        public long submit(IoOps ops) {
            EpollIoOps wanted = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
            return netty.submit(wanted.value() == 0 ? EpollIoOps.EPOLLET : wanted);
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
