package dev.anyloop.tck.rules.signal;

import dev.anyloop.EventLoop;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.LoopOptions;

/** The program of a process in which one signal cannot be listened to: prints how that is refused, and gets it if it is ignored. */
final class RefusedSignal {

    private RefusedSignal() {}

    public static void main(String[] args) throws Exception {
        String name = System.getProperty("refused");
        EventLoopProvider provider = (EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance();
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            loop.signal(name, signal -> {});
        } catch (IllegalStateException e) {
            System.out.println(e.getClass().getSimpleName());
            kill(name);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getClass().getSimpleName());
        }
    }

    private static void kill(String name) throws Exception {
        new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + ProcessHandle.current().pid()).inheritIO().start().waitFor();
    }
}
