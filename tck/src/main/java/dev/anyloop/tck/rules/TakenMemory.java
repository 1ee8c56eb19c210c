package dev.anyloop.tck.rules;

import dev.anyloop.tck.run.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The direct memory of a process that nobody else is to have. */
public final class TakenMemory {

    /** All that such a process may have. */
    public static final long ALL_BYTES = 8 << 20;

    /** What makes it one. */
    public static final String OPTION = "-XX:MaxDirectMemorySize=" + ALL_BYTES;

    private final List<ByteBuffer> taken = new ArrayList<>();

    /** To the last byte: asking for one more takes the JDK half a second. And what is garbage is not left to others. */
    public void takeAll() {
        Memory.directBytes(); // collects
        for (long left = left(); left > 0; left = left()) {
            try {
                taken.add(ByteBuffer.allocateDirect((int) left));
            } catch (OutOfMemoryError e) {
                // Somebody was faster, and took a part.
            }
        }
    }

    private static long left() {
        return ALL_BYTES - Memory.directBytesNow();
    }

    public void freeAll() {
        taken.clear();
        System.gc();
    }
}
