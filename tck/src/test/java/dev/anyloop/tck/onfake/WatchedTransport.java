package dev.anyloop.tck.onfake;

import dev.anyloop.Capability;
import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.fake.FakeClock;
import dev.anyloop.tck.fake.FakeTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The fake, watched at the seam: how core waits and wakes, and a say in what a poll answers. */
final class WatchedTransport implements Transport {

    /** What core asked each poll to wait: milliseconds, or as it is if negative. */
    final List<Long> waits = new ArrayList<>();

    /** The flag of the thread, as each poll found it. */
    final List<Boolean> interrupts = new ArrayList<>();

    final FakeTransport fake;
    int wakeups;

    /** Runs inside a poll, where other threads come between; then it is used up. */
    @Nullable Runnable meanwhile;

    /** Hears of each connection before it is begun; may throw what that throws. */
    OnConnect onConnect = remote -> {};

    @FunctionalInterface
    interface OnConnect {
        void begins(SocketAddress remote) throws IOException;
    }

    /** Whether a poll that was asked to wait so many nanoseconds says that it has drained. */
    @Nullable LongPredicate drained;

    /** What the next poll throws. */
    @Nullable IOException broken;

    /** What the next wake-up throws. */
    @Nullable Error sleepy;

    WatchedTransport(FakeClock clock) {
        fake = new FakeTransport(clock);
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException {
        waits.add(timeoutNanos < 0 ? timeoutNanos : timeoutNanos / 1_000_000);
        interrupts.add(Thread.currentThread().isInterrupted());
        if (broken != null) {
            IOException thrown = broken;
            broken = null;
            throw thrown;
        }
        Runnable now = meanwhile;
        meanwhile = null;
        if (now != null) {
            now.run();
        }
        boolean all = fake.poll(timeoutNanos);
        return drained == null ? all : drained.test(timeoutNanos);
    }

    @Override
    public void wakeup() {
        Error thrown = sleepy;
        sleepy = null;
        if (thrown != null) {
            throw thrown;
        }
        wakeups++;
        fake.wakeup();
    }

    @Override
    public Set<Capability> capabilities() {
        return fake.capabilities();
    }

    @Override
    public Connection connect(
            SocketAddress remote, @Nullable SocketAddress local, SocketOptions options, ConnectionEvents events)
            throws IOException {
        onConnect.begins(remote);
        return fake.connect(remote, local, options, events);
    }

    @Override
    public Acceptor listen(SocketAddress local, ListenOptions options, AcceptorEvents events) throws IOException {
        return fake.listen(local, options, events);
    }

    @Override
    public void close() {
        fake.close();
    }
}
