package dev.anyloop.http;

import dev.anyloop.http.protocol.MessageReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Those that connections borrow while a message is under way: with the bytes of a head they are most of what a connection needs. */
final class Readers {

    private static final int MOST_SPARE = 16;

    private final Supplier<MessageReader> maker;
    private final Deque<MessageReader> spare = new ArrayDeque<>(MOST_SPARE);

    Readers(Supplier<MessageReader> maker) {
        this.maker = maker;
    }

    /** One at the beginning of a message. */
    MessageReader borrow() {
        MessageReader reader = spare.pollLast();
        return reader != null ? reader : maker.get();
    }

    /** One at the beginning of a message again. What it has read before knows that it is over. */
    void giveBack(MessageReader reader) {
        if (spare.size() < MOST_SPARE) {
            spare.addLast(reader);
        }
    }
}
