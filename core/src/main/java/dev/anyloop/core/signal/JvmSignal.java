package dev.anyloop.core.signal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A signal as the JVM knows it, which is by {@code sun.misc.Signal} of {@code jdk.unsupported}: there is no other way, and JEP 260
 * keeps that one open. It is called by reflection, because the compiler's warning of it cannot be switched off.
 */
final class JvmSignal {

    // set once
    private final Class<?> handlerType = type("sun.misc.SignalHandler");
    private final Object signal;
    private final String name;

    /** @throws IllegalArgumentException if there is none */
    JvmSignal(String name) {
        this.name = name;
        this.signal = call(() -> type("sun.misc.Signal").getConstructor(String.class).newInstance(name));
    }

    static boolean exists(String name) {
        try {
            new JvmSignal(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What all copies of this class synchronize on, in whatever class loader, so that one at a time changes who is told. */
    static Object lock() {
        return type("sun.misc.Signal");
    }

    /**
     * A handler, which another copy of this class can tell what is to be in place of what is behind it: so it is also of a type that
     * all of them have in common.
     *
     * @param delivered run on a thread of the JVM's at each delivery
     * @param replace takes the handler that is to be replaced, and the one to replace it
     */
    Object handler(Runnable delivered, BiConsumer<Object, Object> replace) {
        Class<?>[] types = {handlerType, BiConsumer.class};
        return Proxy.newProxyInstance(handlerType.getClassLoader(), types, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "equals":
                    return proxy == arguments[0];
                case "hashCode":
                    return System.identityHashCode(proxy);
                case "toString":
                    return "Anyloop's handler of " + name;
                case "accept":
                    replace.accept(arguments[0], arguments[1]);
                    return null;
                default:
                    delivered.run();
                    return null;
            }
        });
    }

    /** Has another stand behind a handler, and behind those behind it, in place of one: if they are of this library. */
    @SuppressWarnings("unchecked")
    static void replaceBehind(Object handler, Object replaced, Object by) {
        if (Proxy.isProxyClass(handler.getClass()) && handler instanceof BiConsumer) {
            ((BiConsumer<Object, Object>) handler).accept(replaced, by);
        }
    }

    /**
     * Puts a handler in place.
     *
     * @return the one before
     * @throws IllegalArgumentException if the JVM does not give the place away
     */
    Object handle(@Nullable Object handler) {
        try {
            return call(() -> signal.getClass().getMethod("handle", signal.getClass(), handlerType).invoke(null, signal, handler));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the JVM keeps " + name + " for itself (if it was started with -Xrs, start it without)", e);
        }
    }

    /** As if it had come from outside. */
    void raise() {
        call(() -> signal.getClass().getMethod("raise", signal.getClass()).invoke(null, signal));
    }

    boolean isIgnoring(Object handler) {
        return handler == call(() -> handlerType.getField("SIG_IGN").get(null));
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("this Java runtime hears of no signals (make it with the module jdk.unsupported)", e);
        }
    }

    private interface Reflection {
        Object call() throws ReflectiveOperationException;
    }

    private static Object call(Reflection reflection) {
        try {
            return reflection.call();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
