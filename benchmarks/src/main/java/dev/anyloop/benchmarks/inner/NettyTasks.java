package dev.anyloop.benchmarks.inner;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Netty's event loop over NIO. */
final class NettyTasks implements TaskLoop {

    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void addAndCancelTimers(int count) {
        Future<?>[] timers = new Future<?>[count];
        for (int i = 0; i < count; i++) {
            timers[i] = loop.schedule(() -> { }, Delays.millis(i), TimeUnit.MILLISECONDS);
        }
        for (Future<?> timer : timers) {
            timer.cancel(false);
        }
    }

    @Override
    public long directBytesWithPending(int sockets) {
        throw new UnsupportedOperationException("nothing is written before a channel is connected");
    }
}
