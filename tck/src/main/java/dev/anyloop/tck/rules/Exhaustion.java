package dev.anyloop.tck.rules;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.Capability;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Takes all descriptors of its process, tries what needs one, and tries again when they are free; for a {@link LimitedServer}. */
final class Exhaustion {

    /** What it finds if all is well. */
    static final String EXPECTED =
            "listen TOO_MANY_OPEN_FILES, connect TOO_MANY_OPEN_FILES, then listens, connects and opens again";

    private static final String NONE_LEFT = ErrorKind.TOO_MANY_OPEN_FILES.toString();

    /** More than a loop needs. */
    private static final int MANY = 12;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The virtual machine itself opens a file now and then, and what it closes is free: then all is tried once more. */
    private static final int MOST_TRIES = 5;

    private final EventLoopProvider provider;
    private final EventLoop loop;
    private final int port;
    private final Runnable again;
    private final Consumer<String> told;
    private final Path path;
    private final TakenDescriptors taken = new TakenDescriptors();
    private StringJoiner found = new StringJoiner(", ");
    private int tries;

    private Exhaustion(EventLoopProvider provider, EventLoop loop, int port, Path path, Runnable again, Consumer<String> told) {
        this.provider = provider;
        this.loop = loop;
        this.port = port;
        this.path = path;
        this.again = again;
        this.told = told;
    }

    /**
     * Begins, in a callback of the loop.
     *
     * @param port where the loop listens
     * @param again that all is tried once more: where a connection was made after all, its server had no descriptor to accept it
     * @param told what was found
     */
    static void of(EventLoopProvider provider, EventLoop loop, int port, Runnable again, Consumer<String> told) {
        Path path = Path.of(System.getProperty("java.io.tmpdir"), "tck-few-" + System.nanoTime());
        new Exhaustion(provider, loop, port, path, again, told).rehearse();
    }

    /** Loads the classes that there would be no descriptor to read with. */
    private void rehearse() {
        new BackendUnavailableException("", new IOException());
        taken.takeAll();
        taken.freeAll();
        openAndClose();
        leaveFile();
        replace(path);
        replace(path.resolve("nowhere"));
        Server refusing = loop.listen(Chapter.LOCALHOST, 0, (server, socket) -> {});
        refusing.onClose(server -> connect(Chapter.port(server), Socket::close, refused -> exhaust())).close();
    }

    private void exhaust() {
        tries++;
        leaveFile();
        taken.takeAll();
        found.add("listen " + listen());
        connect(port, Socket::close, outcome -> {
            found.add("connect " + outcome);
            openWithFew();
            replaceWithFew();
            taken.freeAll();
            found.add("then " + listen());
            connect(port, Exhaustion::awaitGreeting, then -> finish(found.add(then + " and " + openAndClose()).toString()));
        });
    }

    private void finish(String outcome) {
        if (outcome.equals(EXPECTED) || tries == MOST_TRIES) {
            told.accept(outcome);
        } else {
            found = new StringJoiner(", ");
            again.run();
            exhaust();
        }
    }

    private String listen() {
        return outcome(() -> loop.listen(Chapter.LOCALHOST, 0, (server, socket) -> {}));
    }

    private static String outcome(Supplier<Server> listen) {
        try {
            listen.get().close();
            return "listens";
        } catch (NetworkException e) {
            return e.kind().toString();
        }
    }

    /** So the server has accepted it, and will not come to that when all descriptors are taken once more. */
    private static void awaitGreeting(Socket socket) {
        socket.onRead((s, data) -> s.close());
    }

    private void connect(int where, Consumer<Socket> connected, Consumer<String> then) {
        String[] outcome = {"closes"};
        loop.connect(Chapter.LOCALHOST, where).onConnect(s -> {
            outcome[0] = "connects";
            connected.accept(s);
        }).onError((s, error) -> outcome[0] = error.kind().toString()).onClose((s, error) -> then.accept(outcome[0]));
    }

    /** With none, one, two and so on, of which it gives all back whether it succeeds or not. */
    private void openWithFew() {
        for (int free = 0; free < MANY; free++) {
            taken.free(free);
            String outcome = openAndClose();
            int left = takeAgain(free);
            if (left != free) {
                found.add(outcome + " with " + free + " descriptors, and leaves " + left);
            }
        }
    }

    /** To see what lies at a path takes descriptors too: as many as it takes, want of them is what is told. */
    private void replaceWithFew() {
        String outcome = NONE_LEFT;
        for (int free = 0; free < MANY && outcome.equals(NONE_LEFT); free++) {
            taken.free(free);
            outcome = replace(path);
            if (outcome.equals(NONE_LEFT)) {
                takeAgain(free);
            }
        }
        if (!outcome.equals("listens")) {
            found.add("listen at a leftover " + outcome);
        }
    }

    /** As a process leaves it that ends without closing its server. */
    private void leaveFile() {
        if (!hasPaths()) {
            return;
        }
        try (ServerSocketChannel ended = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.deleteIfExists(path);
            ended.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String replace(Path leftover) {
        ListenOptions options = ListenOptions.defaults().withReplaceLeftover(true);
        return hasPaths()
                ? outcome(() -> loop.listen(UnixDomainSocketAddress.of(leftover), options, (server, socket) -> {}))
                : "listens";
    }

    private boolean hasPaths() {
        return provider.capabilities().contains(Capability.UNIX_SOCKETS);
    }

    private String openAndClose() {
        try {
            provider.open(LoopOptions.defaults()).close();
            return "opens again";
        } catch (BackendUnavailableException e) {
            return "does not open";
        }
    }

    /** An engine may let go of the last ones a moment after {@code close()}. */
    private int takeAgain(int expected) {
        long start = System.nanoTime();
        int count = taken.takeAll();
        while (count < expected && System.nanoTime() - start < PATIENCE.toNanos()) {
            LockSupport.parkNanos(PATIENCE.toNanos() / 1_000);
            count += taken.takeAll();
        }
        return count;
    }
}
