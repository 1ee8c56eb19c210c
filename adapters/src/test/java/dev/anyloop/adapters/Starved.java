package dev.anyloop.adapters;

import dev.anyloop.EventLoop;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** A loop that has no memory for some calls. */
final class Starved {

    private Starved() {}

    static EventLoop of(EventLoop loop, String... calls) {
        Set<String> starved = Set.of(calls);
        return (EventLoop) Proxy.newProxyInstance(Starved.class.getClassLoader(), new Class<?>[] {EventLoop.class},
                (proxy, method, arguments) -> {
                    if (starved.contains(method.getName())) {
                        throw new OutOfMemoryError(method.getName());
                    }
                    try {
                        return method.invoke(loop, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
