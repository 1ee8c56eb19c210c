package dev.anyloop.tck.onfake;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.ConsoleHandler;
import java.util.logging.Logger;

/** Whose first warning is that of a server without descriptors; the second is somebody else's. */
final class FirstWarning {

    private FirstWarning() {}

    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").addHandler(new ConsoleHandler());
        failToAccept(server -> server.onError((same, error) -> { })); // loads the classes, which the JVM could not read any more
        List<FileInputStream> taken = new ArrayList<>();
        takeAll(taken);
        failToAccept(server -> { });
        for (FileInputStream each : taken) {
            each.close();
        }
        System.getLogger("other").log(System.Logger.Level.WARNING, "others are heard");
    }

    private static void failToAccept(Consumer<Server> listener) {
        FakeEventLoopProvider fake = new FakeEventLoopProvider();
        try (EventLoop loop = fake.open(LoopOptions.defaults())) {
            loop.onUncaught((same, thrown) -> System.out.println("thrown: " + thrown));
            listener.accept(loop.listen("10.0.0.2", 80, (server, socket) -> { }));
            fake.transport().acceptor(0).fail(new EngineException(24, "Too many open files"));
            loop.stop();
            loop.run();
        }
    }

    private static void takeAll(List<FileInputStream> taken) {
        try {
            while (true) {
                taken.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // there are no more
        }
    }
}
