package dev.anyloop.tck.rules.resource;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.OpenLoops;
import dev.anyloop.spi.EventLoopProvider;
import java.net.InetAddress;
import java.util.List;

/** What an application does between its beginning and its end in a server that outlives it: see {@link Redeployment}. */
final class Application {

    private int answers;

    private Application() {}

    /** With the class name of a provider. */
    public static void main(String[] args) throws ReflectiveOperationException {
        new Application().run((EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance());
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
