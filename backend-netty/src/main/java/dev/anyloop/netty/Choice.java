package dev.anyloop.netty;

import dev.anyloop.BackendUnavailableException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which of Netty's transports is to be used, by the name under which Netty and this backend know it. */
record Choice(String name, Engine engine) {

    /** Names the transport when the options do not. */
    static final String PROPERTY = "anyloop.netty.transport";

    /** No method references, which would load the engines here: without Netty this class could not say what is missing. */
    private static final Map<String, Supplier<Engine>> KNOWN = new TreeMap<>(Map.of(
            "nio", () -> new NioEngine(), "epoll", () -> new EpollEngine(), "io_uring", () -> new IoUringEngine()));

    /**
     * Chooses.
     *
     * @param option the name in the loop's options, or null
     * @throws IllegalArgumentException if a name is unknown
     * @throws BackendUnavailableException if the named one cannot be used here
     */
    static Choice of(@Nullable String option) {
        String named = option != null ? option : System.getProperty(PROPERTY);
        return named != null ? named(named) : best();
    }

    private static Choice named(String name) {
        Supplier<Engine> known = KNOWN.get(name);
        if (known == null) {
            throw new IllegalArgumentException("Backend netty has no transport \"" + name + "\" (use one of "
                    + String.join(", ", KNOWN.keySet()) + ", or none to let it choose)");
        }
        Engine engine = known.get();
        Throwable why = engine.unavailability();
        if (why != null) {
            throw new BackendUnavailableException("Netty's transport \"" + name + "\" cannot be used here: "
                    + explained(why) + " (add io.netty:netty-transport-native-" + name
                    + " with the classifier of the platform, such as linux-x86_64, to the class path, or choose another"
                    + " of " + String.join(", ", KNOWN.keySet()) + ")", why);
        }
        return new Choice(name, engine);
    }

    /** io_uring only by name. */
    private static Choice best() {
        Engine epoll = new EpollEngine();
        return epoll.unavailability() == null ? new Choice("epoll", epoll) : new Choice("nio", new NioEngine());
    }

    private static String explained(Throwable why) {
        return why.getCause() == null ? why.toString() : why + ", caused by " + explained(why.getCause());
    }
}
