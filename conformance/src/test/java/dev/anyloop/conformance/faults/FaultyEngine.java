package dev.anyloop.conformance.faults;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.conformance.differential.Engine;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An engine, and the failures that it keeps to itself.
 *
 * @param name as of an {@link Engine}
 * @param unheard the kinds of calls of whose failure nobody is told, or whose descriptors it loses, by its own code
 */
record FaultyEngine(String name, LoopOptions options, Pattern unheard) {

    /** The JDK asks not whether the kernel watches, and loses what a selector has when that cannot be made or closed. */
    private static final String OF_JDK = "epoll_ctl .*|fcntl on eventfd|close on event.*";

    /** libevent logs that the kernel does not watch, when it tells it of all changes together. */
    private static final String OF_CHANGELIST = "epoll_ctl .*";

    /** Netty loses the descriptor of a channel whose making fails; on Linux no option does that. */
    private static final String OF_NETTYS_OWN = "setsockopt .*";

    /** Netty loses a ring that gets no second descriptor; the backend asks for that before, by a pipe. */
    private static final String OF_IO_URING = OF_NETTYS_OWN + "|eventfd2";

    static final List<FaultyEngine> ALL = Stream.of(
            of("nio", null, OF_JDK), of("libevent", "epoll", ""), of("libevent", "poll", ""),
            of("libevent", "epoll-changelist", OF_CHANGELIST), of("netty", "nio", OF_JDK), of("netty", "epoll", OF_NETTYS_OWN),
            of("netty", "io_uring", OF_IO_URING), of("uring", null, ""))
            .filter(engine -> Engine.isForThisJdk(engine.name())).toList();

    private static FaultyEngine of(String backend, @Nullable String transport, String unheard) {
        return new FaultyEngine(transport == null ? backend : backend + "/" + transport,
                LoopOptions.defaults().withBackend(backend).withTransport(transport), Pattern.compile(unheard));
    }

    boolean hearsOf(Call kind) {
        return !unheard.matcher(kind.name()).matches();
    }

    /** Opens what is opened once in a process; skips the test if the engine is not there. */
    void warmUp() {
        new Engine(name, () -> EventLoop.open(options)).require();
        play(1, Fault.NONE);
    }

    FaultyRun play(int size, Fault fault) {
        return FaultyRun.of(options, size, fault, Intrusion.NONE);
    }

    FaultyRun play(int size, Intrusion intrusion) {
        return FaultyRun.of(options, size, Fault.NONE, intrusion);
    }
}
