package dev.anyloop.core.connect;

import dev.anyloop.ErrorKind;
import dev.anyloop.Resolver;
import dev.anyloop.core.net.Failures;
import dev.anyloop.core.net.Words;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One question to the resolver, on its way through a thread of {@link Lookup}'s. A resolver that is stuck holds its query
 * for ever, so a query lets go of everything else when it can: of who asked as soon as nobody waits, of the loop when that
 * is closed.
 */
final class Query implements Runnable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    // set once
    private final Resolver resolver;
    private final String host;
    // loop thread
    private Lookup.@Nullable Question question;
    // under the lock of this
    private @Nullable Lookup lookup;
    private @Nullable Thread asking;
    private boolean moot;

    Query(Lookup lookup, Resolver resolver, String host, Lookup.Question question) {
        this.lookup = lookup;
        this.resolver = resolver;
        this.host = host;
        this.question = question;
    }

    // ---- a thread of its own ----

    @Override
    public void run() {
        List<InetAddress> addresses = List.of();
        IOException failure = null;
        if (begin()) {
            try {
                addresses = List.copyOf(resolver.resolve(host));
                failure = addresses.isEmpty() ? new UnknownHostException(host + ": no address") : null;
            } catch (Throwable thrown) {
                // whatever a resolver throws means that it has no answer; CONN-005 leaves no other way to tell the user
                failure = failureIfThereIsMemory(thrown);
            }
        }
        while (!tell(addresses, failure)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Null if there is none: then it has no address, for no reason. */
    private @Nullable IOException failureIfThereIsMemory(Throwable thrown) {
        try {
            return failure(thrown);
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    /** Whether there was memory for it, or nobody to tell: nobody else would ever do it. */
    private boolean tell(List<InetAddress> addresses, @Nullable IOException failure) {
        Lookup told = end();
        if (told != null) {
            try {
                told.ended(this, addresses, failure);
            } catch (OutOfMemoryError e) {
                return false;
            }
        }
        return true;
    }

    private synchronized boolean begin() {
        asking = Thread.currentThread();
        return !moot;
    }

    /** From now on no interrupt of ours hits this thread, which may ask something else next. */
    private synchronized @Nullable Lookup end() {
        asking = null;
        return lookup;
    }

    String host() {
        return host;
    }

    IOException failure(Throwable thrown) {
        String words = Words.message(thrown);
        String told = words.startsWith(host) ? words : host + ": " + words;
        IOException failure = Failures.isForWantOfDescriptors(thrown)
                ? new EngineException(ErrorKind.TOO_MANY_OPEN_FILES, told) : new UnknownHostException(told);
        failure.initCause(thrown);
        return failure;
    }

    // ---- loop thread ----

    boolean isAwaited() {
        return question != null;
    }

    /** Passes the answer on, if anybody waits for it. */
    void answer(List<InetAddress> addresses, @Nullable IOException failure) {
        Lookup.Question asker = question;
        question = null;
        if (asker != null) {
            asker.resolved(addresses, failure);
        }
    }

    /** Nobody waits any more. */
    synchronized void giveUp() {
        question = null;
        moot = true;
        if (asking != null) {
            asking.interrupt();
        }
    }

    /** The loop is closed. */
    synchronized void forgetLoop() {
        lookup = null;
    }
}
