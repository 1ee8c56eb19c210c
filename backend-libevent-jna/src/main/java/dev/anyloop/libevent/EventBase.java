package dev.anyloop.libevent;

import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An {@code event_base}: waits for descriptors, then tells their handles. */
final class EventBase {

    private static final long WAKEUP_ID = -1;
    private static final long TIMER_ID = -2;

    /** A longer wait ends after this one, for no reason; libevent adds up times without looking for overflow. */
    private static final long LONGEST_WAIT = TimeUnit.DAYS.toNanos(1);

    /** For so long the kernel is left alone after it has refused to watch a descriptor. */
    private static final long REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    // Set once.
    private final Wakeup wakeup;
    private final Event wakeupEvent = new Event(Libevent.EV_READ);
    private final ByteBuffer memory = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()); // a timeval
    private final long address = Libc.addressOf(memory);

    // Loop thread.
    private final ReadyList ready = new ReadyList();
    private final List<Descriptor> changed = new ArrayList<>();
    private final List<Descriptor> refused = new ArrayList<>(); // to be watched as soon as the kernel lets us
    private long refusedNanos; // when the last of them was
    private @Nullable Descriptor[] descriptors = new Descriptor[64]; // by number
    private int generation;
    private long pointer; // 0 when closed
    private long timer;

    /**
     * Opens a base.
     *
     * @param method how it waits, or null for libevent's choice
     */
    EventBase(@Nullable KernelMethod method) throws IOException {
        synchronized (EventBase.class) { // or two could find the same descriptors to be free
            wakeup = new Wakeup();
            try {
                pointer = newBase(method);
                timer = newEvent(-1, Libevent.EV_TIMEOUT, TIMER_ID);
                wakeupEvent.add(this, wakeup.fd(), WAKEUP_ID);
            } catch (Throwable e) {
                close();
                throw e;
            }
        }
    }

    private static long newBase(@Nullable KernelMethod method) throws IOException {
        requireDescriptors();
        long config = Libevent.event_config_new();
        if (config == 0) {
            throw Errno.failed("event_config_new", Errno.ENOMEM);
        }
        try {
            // Without a lock, because only the loop thread calls; without a cached time, because that makes a wait
            // after a slow callback longer by the time the callback took.
            int flags = Libevent.EVENT_BASE_FLAG_NOLOCK | Libevent.EVENT_BASE_FLAG_NO_CACHE_TIME;
            Libevent.event_config_avoid_method(config, "select");
            if (method != null) {
                flags |= Libevent.EVENT_BASE_FLAG_IGNORE_ENV | method.flags;
                method.avoided.forEach(name -> Libevent.event_config_avoid_method(config, name));
            }
            Libevent.event_config_set_flag(config, flags);
            long base = Libevent.event_base_new_with_config(config);
            if (base == 0) {
                throw new IOException("libevent may use neither epoll nor poll here (are the environment variables"
                        + " EVENT_NOEPOLL and EVENT_NOPOLL set?), and its select ends the process at descriptor 1024");
            }
            return base;
        } finally {
            Libevent.event_config_free(config);
        }
    }

    /**
     * libevent ends the process if it gets no descriptors for its own pipe. So see first whether there are any; only what
     * another part of the program opens in the instant between can still take them.
     */
    private static void requireDescriptors() throws EngineException {
        Wakeup[] reserved = new Wakeup[4];
        try {
            for (int i = 0; i < reserved.length; i++) {
                reserved[i] = new Wakeup();
            }
        } finally {
            for (Wakeup descriptor : reserved) {
                if (descriptor != null) {
                    descriptor.close();
                }
            }
        }
    }

    /** libevent's name for how it waits. */
    String method() {
        return Libevent.event_base_get_method(requireOpen());
    }

    long newEvent(int fd, short what, long id) throws EngineException {
        long event = Libevent.event_new(requireOpen(), fd, what, Linkage.callback(), id);
        if (event == 0) {
            throw Errno.failed("event_new", Errno.ENOMEM);
        }
        return event;
    }

    private long requireOpen() {
        if (pointer == 0) {
            throw new IllegalStateException("The transport is closed");
        }
        return pointer;
    }

    /** Takes an open descriptor over. */
    Descriptor add(int fd, LibeventHandle handle) {
        requireOpen();
        if (fd >= descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, Math.max(fd + 1, 2 * descriptors.length));
        }
        // The generation tells it from the one before it of the same number, for which something may still be noted.
        long id = (long) generation++ << 32 | fd;
        Descriptor descriptor = new Descriptor(this, fd, id, handle);
        descriptors[fd] = descriptor;
        return descriptor;
    }

    void remove(int fd) {
        descriptors[fd] = null;
    }

    /** Closes a descriptor that core does not know, taken over or not. */
    void abandon(int fd) {
        Descriptor descriptor = fd < descriptors.length ? descriptors[fd] : null;
        if (descriptor != null) {
            descriptor.close();
        } else {
            Libc.close(fd);
        }
    }

    /** To be applied before the next wait. */
    void noteChange(Descriptor descriptor) {
        changed.add(descriptor);
    }

    /** Returns false if core was told something, so that there is no time to wait. */
    boolean applyChanges() {
        if (!refused.isEmpty() && System.nanoTime() - refusedNanos >= REFUSAL_NANOS) {
            refused.forEach(Descriptor::noteChange);
            refused.clear();
        }
        boolean quiet = true;
        for (int i = 0; i < changed.size(); i++) {
            quiet &= changed.get(i).applyChange();
        }
        changed.clear();
        return quiet;
    }

    /** The kernel does not watch it now: if it is still open by then, it is asked again. */
    void noteRefusal(Descriptor descriptor) {
        refusedNanos = System.nanoTime();
        if (!refused.contains(descriptor)) {
            refused.add(descriptor);
        }
    }

    /** Waits as {@link LibeventTransport#poll} says, and remembers who was ready. */
    void await(long timeoutNanos) throws IOException {
        long base = requireOpen();
        int flags = Libevent.EVLOOP_ONCE | Libevent.EVLOOP_NO_EXIT_ON_EMPTY;
        boolean limited = !refused.isEmpty() && (timeoutNanos < 0 || timeoutNanos > REFUSAL_NANOS);
        long wait = wakeup.beforeWait(limited ? REFUSAL_NANOS : timeoutNanos);
        if (wait == 0) {
            flags |= Libevent.EVLOOP_NONBLOCK;
        } else if (wait > 0) {
            setTimer(Math.min(wait, LONGEST_WAIT));
        } // else an earlier timer may still end it once, for no reason
        ready.clear();
        int result = Libevent.event_base_loop(base, flags);
        wakeup.afterWait();
        if (result == -1) {
            throw Errno.failed("event_base_loop");
        }
    }

    /** Added anew for every wait: cheaper than to find out whether the one that is set will do. */
    private void setTimer(long nanos) throws EngineException {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos + 999);
        memory.putLong(0, micros / 1_000_000).putLong(8, micros % 1_000_000);
        if (Libevent.event_add(timer, address) == -1) {
            throw Errno.failed("event_add");
        }
    }

    /** Tells everyone who was ready. Returns false if there may be more. */
    boolean deliver() {
        for (int i = 0; i < ready.size(); i++) {
            long id = ready.id(i);
            Descriptor descriptor = find(id);
            if (descriptor != null) {
                descriptor.handle().ready(ready.what(i));
            } else if (id == WAKEUP_ID) {
                wakeup.drain(address);
            }
        }
        return !ready.isFull();
    }

    /** Null if it was closed after it was noted. */
    private @Nullable Descriptor find(long id) {
        int fd = (int) id;
        Descriptor descriptor = fd >= 0 ? descriptors[fd] : null;
        return descriptor != null && descriptor.id() == id ? descriptor : null;
    }

    /** Any thread, also when it is closed. */
    void wakeup() {
        wakeup.wakeup();
    }

    void close() {
        for (Descriptor descriptor : descriptors) {
            if (descriptor != null) {
                descriptor.close();
            }
        }
        wakeupEvent.free();
        wakeup.close();
        if (timer != 0) {
            long freed = timer;
            timer = 0;
            Libevent.event_free(freed);
        }
        if (pointer != 0) {
            long freed = pointer;
            pointer = 0;
            Libevent.event_base_free(freed);
        }
        ready.close();
    }
}
