package dev.anyloop.netty;

import dev.anyloop.core.transport.Fifo;
import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.unix.Errors;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Netty's io_uring, with five points put right.
 *
 * <p>Netty begins what it is asked for in its next run only. Here {@link #submit} makes it begin at once, and what
 * completes meanwhile waits for the next run.
 *
 * <p>When a connection breaks while a read is under way, the kernel tells so once, and Netty does nothing about it,
 * because it has a read under way; when that has brought bytes, or nothing since it was without room, Netty waits for
 * more, for ever. Here it is told again after each read, and so reads on, when it is asked to, until it finds what is wrong.
 *
 * <p>When a connection cannot be accepted Netty tries again at once, even if it was told to pause. Here the acceptor
 * hears of it first, and then Netty that its request was cancelled, which it repeats only if there is no pause.
 *
 * <p>Whatever the kernel was at when a signal stopped the process, to continue it later, may have been interrupted, which Netty takes
 * for a failure of the connection. Here it hears that it should try again (LOOP-012).
 *
 * <p>Before Netty closes a ring it has the kernel hold up all requests until those before them are done, and its next
 * read of the descriptor that wakes it is one of them. The kernel may come to it when all is closed and freed: then it
 * reads from whatever has that number by now, into memory that is somebody else's. Here nothing is held up, for the
 * channels are closed and gone before.
 */
final class IoUringHandler implements IoHandler {

    // The kernel's numbers.
    private static final byte POLL_ADD = 6;
    private static final byte ACCEPT = 13;
    private static final byte CONNECT = 16;
    private static final byte RECV = 27;
    private static final int MORE_TO_COME = 2;
    private static final int INTERRUPTED = -4;
    private static final int TRY_AGAIN = -11;
    private static final int CANCELLED = -125;
    private static final int POLLIN = 0x0001;
    private static final int BROKEN = 0x0008 | 0x0010 | 0x2000; // POLLERR, POLLHUP, POLLRDHUP

    private static final IoUringIoEvent READABLE = new IoUringIoEvent(POLLIN, MORE_TO_COME, POLL_ADD, 0L);

    private static final IoHandlerContext WITHOUT_WAITING = new Wait(0);
    private static final IoHandlerContext BRIEFLY = new Wait(TimeUnit.MILLISECONDS.toNanos(1));
    private static final int MOST_WAITS_FOR_THE_END = 1_000;

    private final ThreadAwareExecutor executor;
    private final IoHandler netty;
    private final Fifo<Runnable> postponed = new Fifo<>();
    private boolean submitting;
    private @Nullable Handle registered; // the one that was last, and by that the others

    IoUringHandler(ThreadAwareExecutor executor, IoHandler netty) {
        this.executor = executor;
        this.netty = netty;
    }

    @Override
    public int run(IoHandlerContext context) {
        if (submitting || postponed.isEmpty()) {
            return netty.run(context);
        }
        int count = postponed.size();
        for (int left = count; left > 0; left--) {
            Objects.requireNonNull(postponed.poll()).run();
        }
        return count + netty.run(WITHOUT_WAITING);
    }

    void submit(ManualIoEventLoop loop) {
        submitting = true;
        try {
            loop.run(-1, -1);
        } finally { // the kernel may have no memory just now, and what completes later is to be told all the same
            submitting = false;
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return netty.register(new Handle((IoUringIoHandle) handle));
    }

    /** How long a run may wait if there is nothing to do. */
    private record Wait(long nanos) implements IoHandlerContext {

        @Override
        public boolean canBlock() {
            return nanos > 0;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return nanos;
        }

        /** To Netty -1 is none. */
        @Override
        public long deadlineNanos() {
            return System.nanoTime() + nanos;
        }
    }

    @SuppressWarnings("try") // close() may throw anything in Netty
    private final class Handle implements IoUringIoHandle {

        private final IoUringIoHandle channel;
        private @Nullable Handle previous;
        private @Nullable Handle next;
        private boolean broken;

        Handle(IoUringIoHandle channel) {
            this.channel = channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            IoUringIoEvent completion = (IoUringIoEvent) event;
            if (submitting) {
                IoUringIoEvent copy = new IoUringIoEvent(
                        completion.res(), completion.flags(), completion.opcode(), completion.userData());
                postponed.add(() -> complete(registration, copy));
            } else {
                complete(registration, completion);
            }
        }

        private void complete(IoRegistration registration, IoUringIoEvent completion) {
            byte opcode = completion.opcode();
            int result = completion.res();
            if (result == INTERRUPTED && opcode != CONNECT) { // that goes on by itself, and is not to be asked for again
                complete(registration, new IoUringIoEvent(TRY_AGAIN, completion.flags(), opcode, completion.userData()));
                return;
            }
            if (opcode == ACCEPT && result < 0 && result != TRY_AGAIN && result != CANCELLED) {
                acceptFailed(registration, completion);
                return;
            }
            channel.handle(registration, completion);
            if (opcode == POLL_ADD && result > 0) {
                broken |= (result & BROKEN) != 0;
            } else if (opcode == RECV && result >= 0 && broken) {
                channel.handle(registration, READABLE);
            }
        }

        private void acceptFailed(IoRegistration registration, IoUringIoEvent completion) {
            Channel acceptors = ((Channel.Unsafe) channel).voidPromise().channel();
            acceptors.pipeline().fireExceptionCaught(Errors.newIOException("accept", completion.res()));
            channel.handle(registration,
                    new IoUringIoEvent(CANCELLED, completion.flags(), ACCEPT, completion.userData()));
        }

        @Override
        public void registered() {
            next = registered;
            if (next != null) {
                next.previous = this;
            }
            registered = this;
            channel.registered();
        }

        @Override
        public void unregistered() {
            if (next != null) {
                next.previous = previous;
            }
            if (previous != null) {
                previous.next = next;
            } else {
                registered = next;
            }
            channel.unregistered();
        }

        @Override
        public void close() throws Exception {
            channel.close();
        }
    }

    @Override
    public void prepareToDestroy() {
        for (Handle handle = registered; handle != null; handle = handle.next) {
            try {
                handle.close();
            } catch (Exception e) {
                // There is nothing left to do: the ring goes all the same.
            }
        }
        for (int left = MOST_WAITS_FOR_THE_END; registered != null && left > 0; left--) {
            run(BRIEFLY);
        }
    }

    @Override
    public void destroy() {
        if (executor.isExecutorThread(Thread.currentThread())) {
            netty.destroy();
        } else {
            destroyOrphan();
        }
    }

    /** The last step of Netty's destroy(); the ones before it need the ring, which is the dead thread's for ever. */
    private void destroyOrphan() {
        try {
            Method close = netty.getClass().getDeclaredMethod("completeRingClose");
            close.setAccessible(true);
            close.invoke(netty);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException("Netty's io_uring ring can be closed only by the thread that opened it", e);
        }
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return netty.isCompatible(handleType);
    }
}
