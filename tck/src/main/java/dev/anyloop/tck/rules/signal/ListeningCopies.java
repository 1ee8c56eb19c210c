package dev.anyloop.tck.rules.signal;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Two applications that bring the library and listen to one signal, and end in some order. In a process of its own, which has only the kit. */
final class ListeningCopies {

    /** A process that does not listen to it does nothing. */
    private static final String HARMLESS = "WINCH";

    /**
     * Who listens, and in capitals who ends; what is raised then is heard by the last that listens still. The one who ends first stands
     * in front, or behind another. More than these would show nothing else, and to load a copy takes long.
     */
    private static final List<String> ORDERS = List.of("abaAB", "abaBA");

    /** Time enough to forget an application that nothing else keeps. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final String provider;
    private final URL[] path;
    private final Duration limit;
    private final boolean forgottenSoon;
    private final Map<Character, Predicate<String>> copies = new HashMap<>();
    private final List<Character> listening = new ArrayList<>(); // the last that was asked at the end

    private ListeningCopies(String provider, URL[] path, Duration limit) {
        this.provider = provider;
        this.path = path;
        this.limit = limit;
        this.forgottenSoon = isForgottenSoon();
    }

    /** With the class name of a provider, a class path that has it, and how long anything may take. */
    public static void main(String[] args) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : args[1].split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (OtherHandler before = new OtherHandler(HARMLESS)) {
            ListeningCopies copies = new ListeningCopies(args[0], urls.toArray(URL[]::new), Duration.parse(args[2]));
            for (String order : ORDERS) {
                copies.play(order, before);
            }
        }
        System.out.println("all is as before");
    }

    private void play(String order, OtherHandler before) {
        for (char step : order.toCharArray()) {
            Character name = Character.toLowerCase(step);
            listening.remove(name);
            if (name == step) {
                if (!copies.containsKey(name)) {
                    load(name);
                }
                tell(name, "listen");
                listening.add(name);
            } else {
                WeakReference<ClassLoader> loader = end(name);
                if (forgottenSoon) {
                    until(order + ": " + name + " has ended and is kept", () -> isForgotten(loader));
                }
            }
            raise(order + " at " + step, before);
        }
    }

    /** One that never listens: what keeps it for longer, such as a thread of an engine's library that lingers, is none of the signals. */
    private boolean isForgottenSoon() {
        load('z');
        WeakReference<ClassLoader> loader = end('z');
        return within(SOON, () -> isForgotten(loader));
    }

    private static boolean isForgotten(WeakReference<ClassLoader> loader) {
        System.gc();
        return loader.refersTo(null);
    }

    private void raise(String when, OtherHandler before) {
        int heard = before.heard();
        before.raise();
        if (listening.isEmpty()) {
            until(when + " the handler before does not hear", () -> before.heard() == heard + 1);
        } else {
            Character last = listening.get(listening.size() - 1);
            until(when + " " + last + " does not hear", () -> tell(last, "hear"));
        }
    }

    private boolean tell(Character name, String order) {
        Predicate<String> copy = copies.get(name);
        return lent(copy.getClass().getClassLoader(), () -> copy.test(order));
    }

    @SuppressWarnings("unchecked")
    private void load(Character name) {
        ClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
        copies.put(name, lent(loader, () -> (Predicate<String>) loader.loadClass(ListeningCopy.class.getName())
                .getConstructor(String.class, String.class).newInstance(provider, HARMLESS)));
    }

    /** As a server lends its thread. */
    private static <T> T lent(ClassLoader loader, Callable<T> call) {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return call.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    /** In a method of its own, so that no variable keeps it. */
    private WeakReference<ClassLoader> end(Character name) {
        tell(name, "end");
        return new WeakReference<>(copies.remove(name).getClass().getClassLoader());
    }

    private void until(String otherwise, BooleanSupplier condition) {
        if (!within(limit, condition)) {
            throw new AssertionError(otherwise);
        }
    }

    private static boolean within(Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return true;
    }
}
