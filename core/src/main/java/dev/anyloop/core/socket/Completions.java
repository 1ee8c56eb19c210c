package dev.anyloop.core.socket;

import org.jspecify.annotations.Nullable;

/** Of the writes that have one and are not sent, in their order. To take one takes no memory, so that it cannot fail. */
final class Completions {

    // loop thread
    private @Nullable Completion first;
    private @Nullable Completion last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Completion completion) {
        if (last == null) {
            first = completion;
        } else {
            last.next = completion;
        }
        last = completion;
    }

    /** The first, if what it completes ends there or sooner. */
    @Nullable Completion firstUntil(long position) {
        return first == null || first.position > position ? null : first;
    }

    /** Takes it away. */
    void remove(Completion completion) {
        first = completion.next;
        if (first == null) {
            last = null;
        }
    }
}
