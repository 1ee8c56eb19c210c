package dev.anyloop.tck.onfake;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The program of a process in which no further thread can be started. */
final class WithoutThreads {

    /** Less than a thread gets that does not say how much it needs, so that what is given back is too little for one. */
    private static final long STACK_BYTES = 32L << 20;

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private WithoutThreads() {}

    /** With the class name of a provider; prints what becomes of a socket with an address, and of one with a name. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider =
                (EventLoopProvider) Class.forName(args[0]).getConstructor().newInstance();
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            new WithoutThreads().takeAllThreads();
            loop.run(WithoutThreads::connect);
        }
    }

    /** And gives a few back, because all else needs memory too. */
    private void takeAllThreads() throws InterruptedException {
        try {
            while (true) {
                Thread thread = new Thread(null, this::park, "parked", STACK_BYTES);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        } catch (OutOfMemoryError e) {
            over = true;
            for (Thread thread : threads.subList(0, 2)) {
                LockSupport.unpark(thread);
                thread.join();
            }
        }
    }

    private void park() {
        do {
            LockSupport.park();
        } while (!over);
    }

    private static void connect(EventLoop loop) {
        loop.listen("127.0.0.1", 80, (server, accepted) -> {
            server.close();
            accepted.close();
        });
        loop.connect("127.0.0.1", 80).onConnect(Socket::close).onClose((s, none) -> {
            System.out.print("connected ");
            Socket named = loop.connect("named.test", 80);
            named.onError((failed, error) -> System.out.print(error.kind() + " " + reason(error.getCause()) + " "))
                    .onClose((closed, error) -> System.out.println("closed"));
        });
    }

    private static String reason(Throwable cause) {
        String words = String.valueOf(cause.getMessage());
        return words.substring(0, Math.min(words.length(), "named.test: unable to create native thread".length()));
    }
}
