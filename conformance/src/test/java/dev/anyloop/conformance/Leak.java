package dev.anyloop.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
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

    static Closeable descriptor() {
        return listeningOn(new InetSocketAddress("127.0.0.1", 0));
    }

    /** As whoever is not rid of its port. */
    static Closeable listeningOn(SocketAddress address) {
        try {
            ServerSocket listening = BrokenKit.ground().world().serverSocket();
            listening.setReuseAddress(true);
            listening.bind(address);
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
