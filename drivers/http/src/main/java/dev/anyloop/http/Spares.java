package dev.anyloop.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** What is borrowed as long as it is needed, so that idle connections have none of it, and used again. */
final class Spares<T> {

    private static final int MOST = 16; // they grow with the largest message

    private final Supplier<T> maker;
    private final Deque<T> spare = new ArrayDeque<>(MOST);

    Spares(Supplier<T> maker) {
        this.maker = maker;
    }

    T borrow() {
        T one = spare.pollLast();
        return one != null ? one : maker.get();
    }

    /** As it was when it was made: at the beginning of a message. */
    void giveBack(T one) {
        if (spare.size() < MOST) {
            spare.addLast(one);
        }
    }
}
