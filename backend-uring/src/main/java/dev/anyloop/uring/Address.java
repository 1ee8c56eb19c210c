package dev.anyloop.uring;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/** Where the bytes of a buffer are. */
final class Address {

    /**
     * Not final, and never changed, for the reason that {@link Libc} has: to ask for an address makes two objects, and where the compiler
     * inlines that into all that a turn does, it may no longer see that they are garbage at once.
     */
    @SuppressWarnings("FieldMayBeFinal")
    private static MethodHandle find = find();

    private Address() {}

    private static MethodHandle find() {
        try {
            return MethodHandles.lookup().findStatic(Address.class, "find", MethodType.methodType(long.class, ByteBuffer.class));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static long find(ByteBuffer bytes) {
        return MemorySegment.ofBuffer(bytes).address();
    }

    /** Of the first byte that remains in a direct buffer. */
    static long of(ByteBuffer bytes) {
        try {
            return (long) find.invokeExact(bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
