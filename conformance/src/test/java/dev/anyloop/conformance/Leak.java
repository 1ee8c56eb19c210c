package dev.anyloop.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A descriptor that a mutant forgets: held here, or the collector would close it. */
final class Leak {

    private static final List<Closeable> FORGOTTEN = new CopyOnWriteArrayList<>();

    private Leak() {}

    static void aDescriptor() {
        of(descriptor());
    }

    static void of(Closeable forgotten) {
        FORGOTTEN.add(forgotten);
    }

    static SocketChannel descriptor() {
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
