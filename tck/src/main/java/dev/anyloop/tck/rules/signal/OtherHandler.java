package dev.anyloop.tck.rules.signal;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler of a signal that is none of the library's. It is in place until it is closed, then the one before it is. By reflection, as
 * in core, because the compiler's warning cannot be switched off.
 */
final class OtherHandler implements AutoCloseable {

    private final AtomicInteger heard = new AtomicInteger();
    private final String name;
    private final Object before;

    OtherHandler(String name) {
        this.name = name;
        Class<?> handler = type("sun.misc.SignalHandler");
        this.before = handle(Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) ->
                switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> "another handler of " + name;
                    default -> {
                        heard.incrementAndGet();
                        yield null;
                    }
                }));
    }

    private Object handle(Object handler) {
        try {
            Class<?> signal = type("sun.misc.Signal");
            return signal.getMethod("handle", signal, type("sun.misc.SignalHandler"))
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no handler of " + name, e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("this Java runtime hears of no signals", e);
        }
    }

    /** Has the signal come. */
    void raise() {
        try {
            Class<?> signal = type("sun.misc.Signal");
            signal.getMethod("raise", signal).invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("no " + name, e);
        }
    }

    /** How often. Any thread. */
    int heard() {
        return heard.get();
    }

    @Override
    public void close() {
        handle(before);
    }
}
