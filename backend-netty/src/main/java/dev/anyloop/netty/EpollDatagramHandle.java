package dev.anyloop.netty;

import dev.anyloop.DatagramOptions;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** For Netty's epoll. */
final class EpollDatagramHandle extends UnixDatagramHandle implements EpollIoHandle {

    /** By what is wanted; for nothing it stays there, so that the kernel tells of an error once and not for ever. */
    private static final EpollIoOps[] WATCHED = {
        EpollIoOps.EPOLLET, EpollIoOps.EPOLLIN, EpollIoOps.EPOLLOUT, EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT)
    };

    // Set when it is registered.
    private IoRegistration registration;

    EpollDatagramHandle(InetSocketAddress local, DatagramOptions options) throws IOException {
        super(local, options);
    }

    @Override
    public FileDescriptor fd() {
        return socket();
    }

    /** For nothing yet: but if the kernel refuses to watch it, it says so now. */
    @Override
    public void registered(IoRegistration registration, NettyDatagramPort port) throws IOException {
        this.registration = registration;
        tell(port);
        try {
            watch(false, false);
        } catch (UncheckedIOException e) {
            registration.cancel();
            throw e.getCause();
        }
    }

    @Override
    public void watch(boolean input, boolean output) {
        registration.submit(WATCHED[(input ? 1 : 0) + (output ? 2 : 0)]);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        ready(ops.contains(EpollIoOps.EPOLLIN), ops.contains(EpollIoOps.EPOLLOUT), ops.contains(EpollIoOps.EPOLLERR));
    }

    @Override
    public void release() {
        registration.cancel();
        closeDescriptor();
        port().gone();
    }
}
