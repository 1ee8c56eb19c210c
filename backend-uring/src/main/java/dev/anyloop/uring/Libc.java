package dev.anyloop.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * System calls, all by the one function of the C library that makes any: each more would cost a stub of machine code at the start.
 * Those that fail return the negative error number, as the kernel itself does. Of one thread at a time, because the C library puts
 * that number where the next call puts its own.
 */
final class Libc {

    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    // by the numbers of x86-64, and of the machines that came later
    static final int CLOSE = X86 ? 3 : 57;
    static final int MMAP = X86 ? 9 : 222;
    static final int MUNMAP = X86 ? 11 : 215;
    static final int WRITE = X86 ? 1 : 64;
    static final int IOCTL = X86 ? 16 : 29;
    static final int EVENTFD2 = X86 ? 290 : 19;
    static final int SOCKET = X86 ? 41 : 198;
    static final int CONNECT = X86 ? 42 : 203;
    static final int SENDTO = X86 ? 44 : 206;
    static final int RECVFROM = X86 ? 45 : 207;
    static final int SHUTDOWN = X86 ? 48 : 210;
    static final int BIND = X86 ? 49 : 200;
    static final int LISTEN = X86 ? 50 : 201;
    static final int GETSOCKNAME = X86 ? 51 : 204;
    static final int GETPEERNAME = X86 ? 52 : 205;
    static final int SETSOCKOPT = X86 ? 54 : 208;
    static final int GETSOCKOPT = X86 ? 55 : 209;
    static final int IO_URING_SETUP = 425;
    static final int IO_URING_ENTER = 426;
    static final int IO_URING_REGISTER = 427;

    private static final Linker LINKER = Linker.nativeLinker();

    /**
     * Not final, and never changed. The compiler inlines a call of a constant wherever it is made, and where that is deep it no longer
     * sees that the view of {@link #state} which each call makes is garbage at once. So the call is compiled by itself.
     */
    @SuppressWarnings({"restricted", "FieldMayBeFinal"}) // to call C at all
    private static MethodHandle syscall = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));

    private static final long LONGEST_MESSAGE = 256;

    /** By their numbers, of which there are some 130. To ask for one links a function: dear, where connections are reset all the time. */
    private static final Map<Integer, String> MESSAGES = new ConcurrentHashMap<>();

    /** What the C library leaves behind is an int of this name. */
    private final MemorySegment state = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    private final long errnoAt =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    long call(int number, long first, long second, long third, long fourth, long fifth, long sixth) {
        long result;
        try {
            result = (long) syscall.invokeExact(state, (long) number, first, second, third, fourth, fifth, sixth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return result == -1 ? -state.get(JAVA_INT, errnoAt) : result;
    }

    int call(int number, long first, long second, long third) {
        return (int) call(number, first, second, third, 0, 0, 0);
    }

    int call(int number, long first, long second, long third, long fourth, long fifth) {
        return (int) call(number, first, second, third, fourth, fifth, 0);
    }

    void close(int fd) {
        call(CLOSE, fd, 0, 0);
    }

    /** The system's words for an error. */
    static String message(int errno) {
        return MESSAGES.computeIfAbsent(errno, Libc::asked);
    }

    @SuppressWarnings("restricted")
    private static String asked(int errno) {
        try {
            MethodHandle strerror = LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
            MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
            return text.reinterpret(LONGEST_MESSAGE).getString(0, Charset.forName(System.getProperty("native.encoding")));
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            return "error " + errno;
        }
    }
}
