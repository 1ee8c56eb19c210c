package dev.anyloop.core.turn;

import java.util.ArrayList;

/** Who has something to send at the end of the phase, or sooner. */
final class Flushes {

    /** So many sockets with a buffer each may wait for it: more would take a lot of memory at once. */
    private static final int MOST = 256;

    // loop thread, with room for all
    private final ArrayList<Unflushed> unflushed = new ArrayList<>(MOST);

    void add(Unflushed written) {
        if (unflushed.size() == MOST) {
            flush();
        }
        unflushed.add(written);
    }

    void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flushQueued();
        }
        unflushed.clear();
    }
}
