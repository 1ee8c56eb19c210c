package dev.anyloop.tck.rules.resource;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server: applications come with the library or find it there, and are run on a thread that ends or on one that lives
 * on. In a process of its own that has nothing but the kit, because some engines, when they are unloaded, take their
 * native methods from a copy on the class path too.
 */
final class Redeployments {

    private static final String LIBRARY = "dev/anyloop";

    private Redeployments() {}

    /** With the class name of a provider, a class path that has it, and how long the class loaders may stay. */
    public static void main(String[] args) throws Exception {
        Redeployment alone = Redeployment.of(args[0], args[1], ClassLoader.getPlatformClassLoader());
        Redeployment shared = Redeployment.shared(args[0], args[1]);
        ClassLoader engine = engineAlone(args[1], args[0].replace('.', '/') + ".class");
        Redeployment withLibrary = Redeployment.of(args[0], args[1], engine);
        Map<String, WeakReference<ClassLoader>> loaders = new TreeMap<>();
        ExecutorService survivor = Executors.newSingleThreadExecutor(Redeployments::mayBeLeft);
        ExecutorService mortal = Executors.newSingleThreadExecutor(Redeployments::mayBeLeft);
        loaders.put("with the library, thread lives on", survivor.submit(alone.once()).get());
        loaders.put("without the library, thread lives on", survivor.submit(shared.once()).get());
        loaders.put("without the library, thread ended", mortal.submit(shared.once()).get());
        loaders.put("with the library and a loop that did not open, thread ended", mortal.submit(alone.once(Application.STARVE)).get());
        loaders.put("with the library but without what its engine is made of, thread lives on", survivor.submit(withLibrary.once()).get());
        mortal.shutdown();
        System.out.println(areGone(loaders.values(), Duration.parse(args[2])) ? "all are gone" : held(loaders));
        Reference.reachabilityFence(shared);
        Reference.reachabilityFence(engine);
        survivor.shutdown();
    }

    /** Where an application fails, this process is to end all the same. */
    private static Thread mayBeLeft(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    /** What others have made, neither the library nor what brings the engine to it: a server may have it for all of its applications. */
    private static ClassLoader engineAlone(String classPath, String provider) throws IOException {
        List<URL> others = new ArrayList<>();
        for (URL entry : Redeployment.urls(classPath)) {
            try (URLClassLoader one = new URLClassLoader(new URL[] {entry}, ClassLoader.getPlatformClassLoader())) {
                if (one.findResource(LIBRARY) == null && one.findResource(provider) == null) {
                    others.add(entry);
                }
            }
        }
        return new URLClassLoader(others.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static boolean areGone(Collection<WeakReference<ClassLoader>> loaders, Duration limit) {
        long start = System.nanoTime();
        while (!loaders.stream().allMatch(loader -> loader.refersTo(null))) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return true;
    }

    private static String held(Map<String, WeakReference<ClassLoader>> loaders) {
        return loaders.entrySet().stream()
                .filter(loader -> !loader.getValue().refersTo(null))
                .map(loader -> "still held: the class loader of an application " + loader.getKey() + "; by threads "
                        + Redeployment.threadsOf(loader.getValue()) + " or by what a heap dump shows")
                .collect(joining("\n"));
    }
}
