package dev.anyloop.conformance.faults;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets the system calls of one thread fail, whoever makes them there: the JDK, Netty or libevent. The thread has a seccomp
 * filter, by which the kernel asks another thread of the process about each; that lets it pass, answers in its place, or makes
 * a shorter one itself, for both have the same memory and descriptors. A filter cannot be taken back, so the thread has to end.
 *
 * <p>A call that the virtual machine itself makes on that thread would never be answered if just then all threads are to stop for a
 * collection, that which answers included. So nothing there may ask for what the machine reads from files, such as the number of
 * processors.
 */
final class Interceptor implements AutoCloseable {

    private static final int LOAD_NUMBER = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ASK = 0x7fc0_0000;
    private static final int ALLOW = 0x7fff_0000;

    private static final int ALIVE_MILLIS = 20;

    /** An eventfd, an epoll, a ring or a socket: not the files and pipes of the virtual machine. */
    private static final Pattern OURS = Pattern.compile("(?:anon_inode:\\[(\\w+)]|(socket):.*)");

    // Set by the thread that is intercepted, before that which intercepts begins.
    private final Fault fault;
    private final CompletableFuture<Integer> installed = new CompletableFuture<>();

    // The thread that intercepts, and whoever asks when that is over.
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Call> kinds = new HashMap<>();
    private final ByteBuffer request = Kernel.memory(80);
    private final ByteBuffer answer = Kernel.memory(24);
    private final ByteBuffer polled = Kernel.memory(8);
    private final Thread thread;
    private @Nullable Call hit;
    private int listener;

    private volatile boolean over;

    /** Of the calling thread, from now on. */
    Interceptor(Fault fault) {
        this.fault = fault;
        this.thread = new Thread(this::run, "interceptor");
        thread.setDaemon(true);
        thread.start(); // before the filter, which it would have too
        installed.complete(install());
    }

    private static int install() {
        SystemCall[] calls = SystemCall.values();
        ByteBuffer program = Kernel.memory(8 * (calls.length + 3));
        instruction(program, LOAD_NUMBER, 0, 0);
        for (int i = 0; i < calls.length; i++) {
            instruction(program, JUMP_IF_EQUAL, calls.length - i, calls[i].number);
        }
        instruction(program, RETURN, 0, ALLOW);
        instruction(program, RETURN, 0, ASK);
        ByteBuffer filter = Kernel.memory(16).putShort(0, (short) (calls.length + 3)).putLong(8, Kernel.addressOf(program));
        Kernel.prctl(Kernel.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        return (int) Kernel.syscall(Kernel.SECCOMP, Kernel.SECCOMP_SET_MODE_FILTER,
                Kernel.SECCOMP_FILTER_FLAG_NEW_LISTENER, Kernel.addressOf(filter), 0, 0, 0);
    }

    private static void instruction(ByteBuffer program, int code, int ifTrue, int value) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) 0).putInt(value);
    }

    /**
     * Loads what the thread that intercepts needs: it must not wait for a class that the other is about to read when it is
     * stopped.
     *
     * @return whether the system lets a process do this
     */
    static boolean prepare() {
        Interceptor[] first = new Interceptor[1];
        Thread intercepted = new Thread(() -> {
            first[0] = new Interceptor(call -> call.count() > 1 ? Errno.EIO : null);
            for (int i = 0; i < 3 && first[0].isPossible(); i++) {
                Kernel.syscall(SystemCall.READ.number, -1, 0, 0, 0, 0, 0);
                Kernel.close((int) Kernel.syscall(SystemCall.EVENTFD2.number, 0, 0, 0, 0, 0, 0));
            }
        });
        intercepted.start();
        try {
            intercepted.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        first[0].close();
        return first[0].isPossible();
    }

    /** Whether the system lets a process do this. */
    boolean isPossible() {
        return installed.join() >= 0;
    }

    /** A call of each kind that there was, with how many of them; when the thread has ended. */
    Iterable<Call> kinds() {
        return kinds.values();
    }

    /** The last that did not simply pass; when the thread has ended. */
    @Nullable Call hit() {
        return hit;
    }

    // ---- the thread that intercepts ----

    private void run() {
        listener = installed.join();
        polled.putInt(0, listener).putShort(4, (short) Kernel.POLLIN);
        while (!over && listener >= 0) {
            if (Kernel.poll(Kernel.addressOf(polled), 1, ALIVE_MILLIS) > 0 && (polled.getShort(6) & Kernel.POLLIN) != 0) {
                next();
            }
        }
    }

    private void next() {
        for (int i = 0; i < request.capacity(); i += 8) {
            request.putLong(i, 0);
        }
        if (Kernel.ioctl(listener, Kernel.SECCOMP_IOCTL_NOTIF_RECV, Kernel.addressOf(request)) != 0) {
            return; // the call was interrupted, and is made again
        }
        long id = request.getLong(0);
        SystemCall kind = SystemCall.of(request.getInt(16));
        String on = kind.mayFail(argument(1)) ? descriptor(kind) : null;
        Call call = on == null ? null : count(kind, on);
        if (call == null) {
            pass(id);
        } else {
            judge(id, call);
        }
    }

    private long argument(int index) {
        return request.getLong(32 + 8 * index);
    }

    private @Nullable String descriptor(SystemCall kind) {
        return switch (kind) {
            case SOCKET, EVENTFD2, EPOLL_CREATE1, IO_URING_SETUP -> "";
            default -> descriptor(argument(0));
        };
    }

    private static @Nullable String descriptor(long fd) {
        try {
            Matcher target = OURS.matcher(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString());
            if (!target.matches()) {
                return null;
            }
            return target.group(1) == null ? target.group(2) : target.group(1);
        } catch (IOException e) {
            return null; // it is closed
        }
    }

    private Call count(SystemCall kind, String on) {
        Call call = new Call(kind, on, counts.merge(kind + " " + on, 1, Integer::sum));
        kinds.put(kind + " " + on, call);
        return call;
    }

    private void judge(long id, Call call) {
        Errno error = fault.errorOf(call);
        int limit = fault.limitOf(call);
        if (error != null) {
            hit = call;
            if (call.kind().isDoneAnyway()) {
                make(call, argument(2));
            }
            answer(id, 0, -error.number, 0);
        } else if (call.kind().isTransfer() && call.on().equals("socket") && argument(2) > limit) {
            hit = call;
            long result = make(call, limit);
            answer(id, Math.max(result, 0), result < 0 ? -Native.getLastError() : 0, 0);
        } else {
            pass(id);
        }
    }

    private long make(Call call, long length) {
        return Kernel.syscall(call.kind().number, argument(0), argument(1), length, argument(3), argument(4), argument(5));
    }

    private void pass(long id) {
        answer(id, 0, 0, Kernel.SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    }

    private void answer(long id, long result, int error, int flags) {
        answer.putLong(0, id).putLong(8, result).putInt(16, error).putInt(20, flags);
        Kernel.ioctl(listener, Kernel.SECCOMP_IOCTL_NOTIF_SEND, Kernel.addressOf(answer));
    }

    /** When the thread that is intercepted has ended. */
    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (isPossible()) {
            Kernel.close(listener);
        }
    }
}
