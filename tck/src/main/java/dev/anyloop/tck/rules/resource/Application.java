package dev.anyloop.tck.rules.resource;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.OpenLoops;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.rules.TakenMemory;
import java.net.InetAddress;
import java.util.List;

/** What an application does between its beginning and its end in a server that outlives it: see {@link Redeployment}. */
final class Application {

    /** An order: at last it opens a loop, for which there is no memory, in a process that has {@link TakenMemory#OPTION}. */
    static final String STARVE = "starve";

    private int answers;

    private Application() {}

    /** With the class name of a provider. */
    public static void run(String name, String... orders) throws ReflectiveOperationException {
        EventLoopProvider provider = (EventLoopProvider) Class.forName(name).getConstructor().newInstance();
        new Application().run(provider);
        if (List.of(orders).contains(STARVE)) {
            starve(provider);
        }
    }

    /** Some engines open all the same. */
    private static void starve(EventLoopProvider provider) {
        TakenMemory memory = new TakenMemory();
        memory.takeAll();
        try {
            provider.open(LoopOptions.defaults()).close();
        } catch (OutOfMemoryError e) {
            // as it should be
        } finally {
            memory.freeAll();
        }
    }

    private void run(EventLoopProvider provider) {
        LoopOptions options = LoopOptions.defaults()
                .withResolver(host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})));
        if (!provider.availability().available()) {
            throw new IllegalStateException(provider.availability().detail());
        }
        OpenLoops.registerMXBean(); // which gives what it has to the server
        try (EventLoop loop = provider.open(options)) {
            loop.run(running -> Conversation.begin(running, "application.test", () -> answers++));
        }
        if (answers != 1) {
            throw new IllegalStateException(answers + " answers");
        }
    }
}
