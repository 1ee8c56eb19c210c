package dev.anyloop.netty;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * What Netty keeps for the thread that owns loops, in a thread local of its own: on a thread that lives on, that would
 * hold Netty's class loader for ever, and with it an application that came with both (RES-009).
 *
 * <p>The last loop of a thread takes it away, if it was not there before the first, and if the application has not put
 * anything of its own into it meanwhile: that is not ours to take.
 */
final class OwnersLocals {

    /** Of the threads that own loops. Not where everything of a thread is kept: the application may take all of that away at any time. */
    private static final Map<Thread, OwnersLocals> OF_THREADS = new WeakHashMap<>();

    private static final String NETTY = nettysRoot();

    private final boolean wereThere;
    private int loops;

    private OwnersLocals(boolean wereThere) {
        this.wereThere = wereThere;
    }

    /** The calling thread opens a loop. */
    static void loopOpens() {
        synchronized (OF_THREADS) {
            OF_THREADS.computeIfAbsent(Thread.currentThread(), thread -> new OwnersLocals(FastThreadLocal.size() > 0)).loops++;
        }
    }

    /** Its owner, the calling thread, has closed it, or could not open it. */
    static void loopIsClosed() {
        OwnersLocals locals;
        synchronized (OF_THREADS) {
            locals = OF_THREADS.get(Thread.currentThread());
            if (--locals.loops > 0) {
                return;
            }
            OF_THREADS.remove(Thread.currentThread());
        }
        if (!locals.wereThere && allAreNettys()) {
            FastThreadLocal.removeAll();
        }
    }

    private static boolean allAreNettys() {
        Object variables = InternalThreadLocalMap.get().indexedVariable(InternalThreadLocalMap.VARIABLES_TO_REMOVE_INDEX);
        return !(variables instanceof Set<?> set)
                || set.stream().allMatch(variable -> isNettys((FastThreadLocal<?>) variable));
    }

    /** Netty extends the class for what it caches; and nobody misses a variable that is null. */
    private static boolean isNettys(FastThreadLocal<?> variable) {
        Class<?> type = variable.getClass();
        return type != FastThreadLocal.class && type.getName().startsWith(NETTY) || variable.getIfExists() == null;
    }

    /** Its package, wherever it was moved to. */
    private static String nettysRoot() {
        String name = FastThreadLocal.class.getName();
        return name.substring(0, name.length() - "util.concurrent.FastThreadLocal".length());
    }
}
