package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The program of a {@link ServerProcess} that is told to use up its direct memory, and tells how its loop fares. It counts
 * what it is sent, and writes nothing. All it does for itself takes heap, of which there is enough.
 */
public final class StarvedServer {

    public static final char TAKE_MEMORY = 't';
    public static final char FREE_MEMORY = 'f';
    public static final char OPEN_ANOTHER = 'o';
    public static final char MAKE_HANDLES = 'm';
    public static final char STATUS = 's';

    // set once
    private final EventLoopProvider provider;
    // any thread
    private final AtomicInteger read = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger thrown = new AtomicInteger();
    private final List<NetworkException> errors = new CopyOnWriteArrayList<>();
    // the loop's thread
    private boolean rehearsing = true;
    // the thread that obeys
    private final TakenMemory taken = new TakenMemory();

    private StarvedServer(EventLoopProvider provider) {
        this.provider = provider;
    }

    /** Prints the port and a word, or nothing if the named class does not give a provider. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider = Remade.provider(args[0]);
        if (provider == null) {
            System.out.println(ServerProcess.NONE);
            return;
        }
        new StarvedServer(provider).serve();
    }

    private void serve() {
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            Server server = loop.listen(Chapter.LOCALHOST, 0, (listening, socket) -> count(socket));
            server.onError((listening, error) -> errors.add(error));
            int port = Chapter.port(server);
            LimitedServer.rehearse(loop, port, () -> rehearsed(loop, port));
            while (!runs(loop)) {
                thrown.incrementAndGet();
            }
        }
    }

    private static boolean runs(EventLoop loop) {
        try {
            loop.run();
            return true;
        } catch (Throwable e) {
            return false;
        }
    }

    private void count(Socket socket) {
        if (rehearsing) {
            socket.write("?");
        } else {
            socket.onRead((s, bytes) -> read.addAndGet(bytes.remaining()));
            socket.onError((s, error) -> errors.add(error));
            socket.onClose((s, error) -> closed.incrementAndGet());
        }
    }

    private void rehearsed(EventLoop loop, int port) {
        Thread orders = new Thread(() -> obey(loop), "orders");
        orders.setDaemon(true);
        orders.start();
        System.out.println(port + " ready");
    }

    private void obey(EventLoop loop) {
        try {
            for (int order = System.in.read(); order >= 0; order = System.in.read()) {
                loop.execute(() -> rehearsing = false); // not sooner: the last to come may be accepted after it has gone
                System.out.println(answer((char) order));
            }
        } catch (IOException e) {
            // It ends all the same.
        }
        loop.stop();
    }

    private String answer(char order) {
        return switch (order) {
            case TAKE_MEMORY -> take();
            case FREE_MEMORY -> free();
            case OPEN_ANOTHER -> openAnother();
            case MAKE_HANDLES -> makeHandles();
            default -> status();
        };
    }

    private String take() {
        taken.takeAll();
        return "taken";
    }

    private String free() {
        taken.freeAll();
        return "free";
    }

    private String openAnother() {
        try {
            provider.open(LoopOptions.defaults()).close();
            return "opened";
        } catch (OutOfMemoryError e) {
            return "refused";
        }
    }

    /** In a loop that was opened while there was memory, and once more when there is some again. */
    private String makeHandles() {
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            taken.takeAll();
            makeOneOfEach(loop);
            taken.freeAll();
            loop.run();
            String made = makeOneOfEach(loop);
            loop.run();
            return made;
        }
    }

    private String makeOneOfEach(EventLoop loop) {
        boolean datagrams = provider.capabilities().contains(Capability.DATAGRAMS);
        return String.join(" ",
                made(() -> loop.listen(Chapter.LOCALHOST, 0, (server, socket) -> {}).close()),
                made(() -> loop.connect(Chapter.LOCALHOST, 1).abort()),
                datagrams ? made(() -> loop.datagram(Chapter.LOCALHOST, 0).close()) : "made");
    }

    private static String made(Runnable call) {
        try {
            call.run();
            return "made";
        } catch (OutOfMemoryError e) {
            return "refused";
        }
    }

    private String status() {
        String told = String.join(", ", errors.stream().map(StarvedServer::told).distinct().toList());
        return read + " " + closed + " " + thrown + " " + Descriptors.countOfThisProcess() + " " + errors.size() + " " + told;
    }

    private static String told(NetworkException error) {
        return error.kind() + " " + error.operation() + " " + (error.getCause().getCause() instanceof OutOfMemoryError);
    }
}
