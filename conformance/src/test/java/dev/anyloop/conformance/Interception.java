package dev.anyloop.conformance;

import dev.anyloop.AcceptCallback;
import dev.anyloop.CompletionCallback;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorCallback;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.Hold;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Signal;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a user and a loop, its sockets, servers, datagram sockets, timers and signals, and changes what some calls and callbacks do.
 * Whatever passes through, in either direction, is wrapped, so that nobody gets hold of the good one.
 */
final class Interception {

    private static final List<Class<?>> WRAPPED =
            List.of(EventLoop.class, Socket.class, Server.class, DatagramSocket.class, Timer.class, Signal.class, Hold.class);

    /** A call on its way: change the arguments, proceed as often as you like, answer what you like. */
    final class Call {
        final Object target;
        final Object[] arguments;
        private final Method method;
        private final Object proxy;

        private Call(Object proxy, Object target, Method method, Object @Nullable [] arguments) {
            this.proxy = proxy;
            this.target = target;
            this.method = method;
            this.arguments = arguments == null ? new Object[0] : arguments;
        }

        @Nullable Object proceed() throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** Proceeds some other time, when nobody is there any more to be told what came of it. */
        Runnable later() {
            return () -> {
                try {
                    proceed();
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new CompletionException(e);
                }
            };
        }

        /** What a fluent method returns. */
        Object self() {
            return proxy;
        }

        @SuppressWarnings("unchecked")
        <T> T argument(int index) {
            return (T) arguments[index];
        }
    }

    /** What is done instead. */
    @FunctionalInterface
    interface Advice {
        @Nullable Object around(Call call) throws Throwable;
    }

    private final Map<String, Advice> advices = new HashMap<>();
    private final Map<Object, Object> proxies = Collections.synchronizedMap(new WeakHashMap<>());

    /** Changes a method of an interface of the API, callbacks included, with every signature it has. */
    Interception on(Class<?> type, String method, Advice advice) {
        advices.put(type.getSimpleName() + "." + method, advice);
        return this;
    }

    /** Changes what error and close callbacks and completions are told, the same error in the same way. */
    static Interception errors(UnaryOperator<NetworkException> change) {
        Map<NetworkException, NetworkException> changed = new IdentityHashMap<>();
        Advice advice = call -> {
            if (call.arguments[1] instanceof NetworkException error) {
                call.arguments[1] = changed.computeIfAbsent(error, change);
            }
            return call.proceed();
        };
        return new Interception()
                .on(ErrorCallback.class, "failed", advice)
                .on(CompletionCallback.class, "completed", advice);
    }

    /** Changes the options of every socket, also of those that would have the default ones. */
    static Interception socketOptions(UnaryOperator<SocketOptions> change) {
        SocketOptions defaults = change.apply(SocketOptions.defaults());
        return new Interception()
                .on(EventLoop.class, "connect", call -> {
                    int last = call.arguments.length - 1;
                    if (call.arguments[last] instanceof ConnectOptions options) {
                        call.arguments[last] = options.withSocket(change.apply(options.socket()));
                        return call.proceed();
                    }
                    return ((EventLoop) call.target).connect(call.<String>argument(0), call.<Integer>argument(1),
                            ConnectOptions.defaults().withSocket(defaults));
                })
                .on(EventLoop.class, "listen", call -> {
                    int last = call.arguments.length - 1;
                    if (call.arguments[last - 1] instanceof ListenOptions options) {
                        call.arguments[last - 1] = options.withSocket(change.apply(options.socket()));
                        return call.proceed();
                    }
                    return ((EventLoop) call.target).listen(call.<String>argument(0), call.<Integer>argument(1),
                            ListenOptions.defaults().withSocket(defaults), call.<AcceptCallback>argument(last));
                });
    }

    EventLoop wrap(EventLoop loop) {
        return (EventLoop) wrapped(loop);
    }

    private @Nullable Object wrapped(@Nullable Object value) {
        if (value == null || Proxy.isProxyClass(value.getClass())) {
            return value;
        }
        for (Class<?> type : WRAPPED) {
            if (type.isInstance(value)) {
                return proxies.computeIfAbsent(value, real -> proxy(type, real, true));
            }
        }
        return value;
    }

    /** The other way: a callback of the user's, which is told of wrapped things only. */
    private @Nullable Object told(Class<?> type, @Nullable Object value) {
        boolean callback = value != null && type.isInterface() && type.getName().startsWith("dev.anyloop.")
                && type.getSimpleName().endsWith("Callback");
        return callback ? proxy(type, value, false) : value;
    }

    private Object proxy(Class<?> type, Object target, boolean outward) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> target.toString();
                };
            }
            Object[] passed = arguments == null ? null : arguments.clone();
            for (int i = 0; passed != null && i < passed.length; i++) {
                passed[i] = outward ? told(method.getParameterTypes()[i], passed[i]) : wrapped(passed[i]);
            }
            Call call = new Call(proxy, target, method, passed);
            Advice advice = advices.get(type.getSimpleName() + "." + method.getName());
            Object result = advice == null ? call.proceed() : advice.around(call);
            return result == target ? proxy : wrapped(result);
        });
    }
}
