package dev.anyloop.conformance;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.Server;
import dev.anyloop.Signal;
import dev.anyloop.Socket;
import dev.anyloop.Timer;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** A backend that accepts every call and does nothing: a rule it keeps says nothing. */
final class IdleProvider implements EventLoopProvider {

    @Override
    public String name() {
        return "";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.yes("");
    }

    @Override
    public EventLoop open(LoopOptions options) {
        return idle(EventLoop.class);
    }

    private static <T> T idle(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> answer(proxy, method, arguments)));
    }

    private static Object answer(Object proxy, Method method, Object[] arguments) {
        Class<?> type = method.getReturnType();
        if (method.getName().equals("equals")) {
            return proxy == arguments[0];
        } else if (method.getName().equals("hashCode")) {
            return System.identityHashCode(proxy);
        } else if (type.isInstance(proxy)) {
            return proxy;
        } else if (type == boolean.class) {
            return false;
        } else if (type == long.class) {
            return 0L;
        } else if (type == String.class) {
            return "";
        } else if (type == SocketAddress.class) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        } else if (type == LoopStats.class) {
            return new LoopStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, BusyTimes.none(), 0, 0);
        } else if (type == Timer.class || type == Signal.class || type == Hold.class || type == Socket.class || type == Server.class
                || type == EventLoop.class) {
            return idle(type);
        }
        return null;
    }
}
