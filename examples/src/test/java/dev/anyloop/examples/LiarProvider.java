package dev.anyloop.examples;

import dev.anyloop.BusyTimes;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.LoopStats;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** A backend like another, but that it claims to have moved no byte. */
public final class LiarProvider implements EventLoopProvider {

    @Override
    public String name() {
        return "liar";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability availability() {
        return Availability.yes("lies");
    }

    @Override
    public EventLoop open(LoopOptions options) {
        String another = BackendsTest.available().stream().filter(name -> !name.equals(name())).findFirst().orElseThrow();
        EventLoop honest = EventLoop.open(options.withBackend(another));
        return (EventLoop) Proxy.newProxyInstance(
                EventLoop.class.getClassLoader(),
                new Class<?>[] {EventLoop.class},
                (proxy, method, arguments) -> method.getName().equals("stats")
                        ? new LoopStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, BusyTimes.none(), 0, 0)
                        : method.invoke(honest, arguments));
    }
}
