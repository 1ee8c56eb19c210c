package dev.anyloop.libevent;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Links {@link Libevent} and {@link Libc} to their functions, for as long as there is a transport.
 *
 * <p>JNA refers to what it has linked, and to the callbacks it has made pointers for, and so to their class loader and
 * to all that came with it. An application that is taken out of its server would be kept in memory for ever. So where
 * the loader is one that can be freed, the last transport to close makes JNA forget (RES-009).
 */
final class Linkage {

    /** Of its own, so that nobody else uses a library that is closed here; and what was linked stays where it is. */
    static final Map<String, Object> OPTIONS = Map.of(
            Library.OPTION_OPEN_FLAGS, Libc.RTLD_LAZY | Libc.RTLD_GLOBAL | Libc.RTLD_NODELETE,
            Linkage.class.getName(), System.identityHashCode(Linkage.class));

    private static final List<Class<?>> LINKED = List.of(Libevent.class, Libc.class);

    private static final boolean CAN_BE_FREED = !isLoaderOfTheProcess(Linkage.class.getClassLoader());

    /** JNA itself loses some 200 bytes for each function it forgets: whoever opens loop after loop must not lose all. */
    private static final int MOST_UNLINKINGS = 1_000;

    private static int transports;
    private static int unlinkings;
    private static boolean linked;

    // Written while linking, which is over before anybody asks.
    private static @Nullable File library;
    private static long callback;

    private Linkage() {}

    /**
     * Begins a use, which {@link #release} ends.
     *
     * @throws dev.anyloop.BackendUnavailableException if there is no libevent, with all that was tried
     */
    static synchronized void acquire() {
        if (!linked) {
            apart(Linkage::link);
            linked = true;
        }
        transports++;
    }

    static synchronized void release() {
        transports--;
        if (transports == 0 && CAN_BE_FREED && unlinkings < MOST_UNLINKINGS) {
            linked = false;
            unlinkings++;
            unlink();
        }
    }

    /** Where libevent was found. */
    static @Nullable File library() {
        return library;
    }

    /** What libevent calls: {@link ReadyList#NOTE}. */
    static long callback() {
        return callback;
    }

    private static boolean isLoaderOfTheProcess(@Nullable ClassLoader loader) {
        ClassLoader one = ClassLoader.getSystemClassLoader();
        while (one != null && one != loader) {
            one = one.getParent();
        }
        return one == loader;
    }

    /**
     * Runs it on a thread that is gone afterwards, because JNA leaves thread locals behind, and threads that inherit the
     * context class loader of whoever was the first to use it.
     */
    private static void apart(Runnable work) {
        try {
            CompletableFuture.runAsync(work, Linkage::start).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(null, work, "anyloop-linker", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    private static void link() {
        NativeLibrary libevent = LibeventLibrary.find(System.getProperty(LibeventLibrary.PROPERTY), LibeventLibrary.NAMES);
        library = libevent.getFile();
        link(Libevent.class, libevent);
        NativeLibrary process = NativeLibrary.getProcess(OPTIONS);
        silence(process.getFunction("abs"));
        link(Libc.class, process);
        callback = Libc.labs(ReadyList.NOTE);
    }

    private static void link(Class<?> functions, NativeLibrary library) {
        Native.register(functions, library);
        close(library);
    }

    /** By the name it has in every JNA. */
    @SuppressWarnings("deprecation")
    static void close(NativeLibrary library) {
        library.dispose();
    }

    /**
     * libevent would write its warnings to stderr. It has one log for the whole process, so what it gets must never go
     * away: a C function that does nothing with two arguments, not one of ours.
     */
    private static void silence(Pointer function) {
        Libevent.event_set_log_callback(Pointer.nativeValue(function));
    }

    private static void unlink() {
        for (Class<?> functions : LINKED) {
            Native.unregister(functions);
            Native.getLibraryOptions(functions).clear(); // JNA's own map, whose values name the classes
        }
        try {
            forget(ReadyList.NOTE);
        } catch (ReflectiveOperationException | RuntimeException | IOException e) {
            System.getLogger(Linkage.class.getPackageName())
                    .log(System.Logger.Level.DEBUG, "JNA keeps this class loader from being freed", e);
        }
    }

    /** JNA has no call for it. */
    private static void forget(Callback callback) throws ReflectiveOperationException, IOException {
        Object references;
        synchronized (internal("pointerCallbackMap")) {
            references = ((Map<?, ?>) internal("directCallbackMap")).remove(callback);
        }
        if (references instanceof Closeable reference) { // before 5.12 the garbage collector sees to it
            reference.close();
        }
    }

    private static Object internal(String name) throws ReflectiveOperationException {
        Field field = CallbackReference.class.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(null);
    }
}
