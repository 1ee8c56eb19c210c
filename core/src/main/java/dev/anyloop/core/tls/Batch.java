package dev.anyloop.core.tls;

/**
 * How much of the user's bytes is in some records on their way to the kernel. A byte counts as sent when its record has been
 * taken up to the same part; but the last one of a record only with all of it (TLS-007).
 */
final class Batch {

    /** So many records at most are made before they are sent; as many as there is room for, if they are full. */
    static final int MOST = 4;

    private final int[] plain = new int[MOST];
    private final int[] cipher = new int[MOST];
    // loop thread
    private int count;
    private int first; // that is not taken as a whole
    private int taken; // of it
    private int told; // of it

    void clear() {
        count = 0;
        first = 0;
        taken = 0;
        told = 0;
    }

    boolean isFull() {
        return count == MOST;
    }

    void add(int plainBytes, int cipherBytes) {
        plain[count] = plainBytes;
        cipher[count] = cipherBytes;
        count++;
    }

    /** The kernel took so many bytes more: how many of the user's are sent by that. */
    int sent(int bytes) {
        int left = bytes;
        int sent = 0;
        while (first < count && taken + left >= cipher[first]) {
            left -= cipher[first] - taken;
            sent += plain[first] - told;
            first++;
            taken = 0;
            told = 0;
        }
        if (first < count) {
            taken += left;
            int part = (int) ((long) plain[first] * taken / cipher[first]);
            sent += part - told;
            told = part;
        }
        return sent;
    }
}
