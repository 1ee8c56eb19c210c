package dev.anyloop.conformance;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import java.util.concurrent.CountDownLatch;

/** Listens to HUP and to TERM once, and sends itself TERM twice, in a process of its own. */
final class SignalProgram {

    private SignalProgram() {}

    /** With the class name of a provider. Prints what is refused and what is told. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider = (EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("shutdown hook")));
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            listen(loop, "HUP");
            listen(loop, "TERM");
            kill();
            loop.run();
            System.out.println("waits for the end");
            kill();
            new CountDownLatch(1).await();
        }
    }

    private static void listen(EventLoop loop, String name) {
        try {
            loop.signal(name, signal -> {
                System.out.println("told " + signal.name());
                signal.cancel();
                loop.stop();
            });
            loop.hold();
        } catch (RuntimeException refused) {
            System.out.println(refused.getClass().getSimpleName() + ": " + refused.getMessage());
        }
    }

    private static void kill() throws Exception {
        new ProcessBuilder("/bin/sh", "-c", "kill -TERM " + ProcessHandle.current().pid()).start().waitFor();
    }
}
