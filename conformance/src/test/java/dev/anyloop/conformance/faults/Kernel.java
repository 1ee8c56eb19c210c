package dev.anyloop.conformance.faults;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The functions of C by which a thread's system calls are intercepted, as Linux has them on x86-64. */
final class Kernel {

    static final int SECCOMP = 317;
    static final int PR_SET_NO_NEW_PRIVS = 38;
    static final int SECCOMP_SET_MODE_FILTER = 1;
    static final int SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    static final long SECCOMP_IOCTL_NOTIF_RECV = 0xc050_2100L;
    static final long SECCOMP_IOCTL_NOTIF_SEND = 0xc018_2101L;
    static final int SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
    static final int POLLIN = 1;

    static {
        Native.register(Kernel.class, NativeLibrary.getProcess());
    }

    private Kernel() {}

    static native int prctl(int option, long second, long third, long fourth, long fifth);

    static native long syscall(long number, long first, long second, long third, long fourth, long fifth, long sixth);

    static native int ioctl(int fd, long request, long memory);

    static native int poll(long memory, long count, int timeoutMillis);

    static native int close(int fd);

    static native String strerror(int errno);

    static ByteBuffer memory(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** Good as long as the buffer is reachable. */
    static long addressOf(ByteBuffer memory) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(memory));
    }
}
