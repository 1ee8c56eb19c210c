package dev.anyloop.netty;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.Arrays;

/**
 * Descriptors that a loop has accepted and Netty knows no more, until there is memory to close them (RES-008): Netty closes a
 * number by an object only, and where there is none for a channel there may be none for that.
 */
final class ForgottenDescriptors {

    /** What is accepted in one poll, and more than that in a rush. */
    private static final int USUALLY_ENOUGH = 128;

    // Loop thread.
    private int[] descriptors = new int[USUALLY_ENOUGH];
    private int count;

    void add(int descriptor) {
        if (count == descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, 2 * count);
        }
        descriptors[count++] = descriptor;
    }

    /** @throws OutOfMemoryError as often as there is no memory for the next; it stays here */
    void close() {
        while (count > 0) {
            FileDescriptor forgotten = new FileDescriptor(descriptors[count - 1]);
            count--;
            try {
                forgotten.close();
            } catch (IOException e) {
                // There is nothing left to do: the system has let go of it all the same.
            }
        }
    }
}
