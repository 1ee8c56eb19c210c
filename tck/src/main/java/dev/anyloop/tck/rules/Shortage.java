package dev.anyloop.tck.rules;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.tck.record.CapturedLog;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Lets servers run out of descriptors that differ in what they do about it: one says nothing, one is paused by its error callback, and
 * one is closed by it; for a {@link LimitedServer}.
 */
final class Shortage {

    /** What it finds if all is well. */
    static final String EXPECTED = "logged, paused by 1 error, accepts nobody, closed by 1 error, logged again";

    private static final int CLIENTS = 3;

    /** In that time it would be tried several times. */
    private static final Duration SHORTAGE = Duration.ofMillis(100);

    /** As in {@link Exhaustion}. */
    private static final int MOST_TRIES = 5;

    // set once
    private final EventLoop loop;
    private final Consumer<String> told;
    private final int others; // sockets
    private final TakenDescriptors taken = new TakenDescriptors();
    // of one try
    private final List<Socket> clients = new ArrayList<>();
    private StringJoiner found = new StringJoiner(", ");
    private CapturedLog log = new CapturedLog();
    private int tries;

    private Shortage(EventLoop loop, Consumer<String> told) {
        this.loop = loop;
        this.told = told;
        this.others = sockets();
    }

    /**
     * Begins, in a callback of the loop.
     *
     * @param told what was found
     * @throws IOException if there are no sockets to begin with
     */
    static void of(EventLoop loop, Consumer<String> told) throws IOException {
        new Shortage(loop, told).begin();
    }

    /** What it accepts is open as long as its client is. */
    private final class Listening {

        private final Server server;
        private int accepted;
        private int errors;

        Listening() {
            server = loop.listen(Chapter.LOCALHOST, 0, (listening, socket) -> {
                accepted++;
                socket.onError((s, error) -> {}).onEnd(dev.anyloop.Socket::close);
            });
        }

        void onError(Consumer<Server> reaction) {
            server.onError((listening, error) -> {
                errors++;
                reaction.accept(listening);
            });
        }

        String errors() {
            return errors == 1 ? "1 error" : errors + " errors";
        }
    }

    private void begin() throws IOException {
        tries++;
        Listening silent = new Listening();
        Listening pausing = new Listening();
        pausing.onError(Server::pause);
        runShort(silent, pausing);
        loop.timer(SHORTAGE, timer -> {
            found.add(logged(silent, "logged"));
            taken.freeAll();
            int before = Descriptors.countOfThisProcess();
            when(() -> silent.accepted == CLIENTS, () -> {
                int more = Descriptors.countOfThisProcess() - before - CLIENTS; // some engines have begun to accept when they are paused
                found.add("paused by " + pausing.errors());
                found.add("accepts " + (pausing.accepted == 0 && more <= 1 ? "nobody" : pausing.accepted + " and has " + more));
                pausing.server.resume().onClose(server -> closeAndLogAgain(silent));
                when(() -> pausing.accepted == CLIENTS, pausing.server::close);
            });
        });
    }

    private void closeAndLogAgain(Listening silent) throws IOException {
        Listening closing = new Listening();
        closing.onError(Server::close);
        closing.server.onClose(server -> {
            taken.freeAll();
            runShort(silent);
            loop.timer(SHORTAGE, timer -> {
                found.add("closed by " + closing.errors());
                found.add(logged(silent, "logged again"));
                taken.freeAll();
                when(() -> silent.accepted == 2 * CLIENTS, () -> finish(silent));
            });
        });
        runShort(closing);
    }

    /** There are sockets for the clients and no others: who has begun to accept may do so at any time. */
    private void runShort(Listening... servers) throws IOException {
        int before = clients.size();
        for (int i = 0; i < CLIENTS * servers.length; i++) {
            Socket client = new Socket();
            client.bind(new InetSocketAddress(Chapter.LOCALHOST, 0));
            clients.add(client);
        }
        taken.takeAll();
        for (int i = 0; i < CLIENTS * servers.length; i++) {
            clients.get(before + i).connect(servers[i % servers.length].server.localAddress());
        }
    }

    /** Since it was asked before. */
    private String logged(Listening silent, String once) {
        List<String> lines = log.lines();
        log.close();
        log = new CapturedLog();
        String address = Chapter.LOCALHOST + ":" + Chapter.port(silent.server);
        boolean good = lines.size() == 1 && lines.get(0).startsWith("WARNING ") && lines.get(0).contains(address)
                && lines.get(0).toLowerCase(Locale.ROOT).contains("too many open files");
        return good ? once : lines.toString();
    }

    /** What closes late would be free when all is tried once more. */
    private void finish(Listening silent) throws IOException {
        silent.server.close();
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
        when(() -> loop.stats().servers() == 1 && sockets() <= others, () -> {
            if (found.toString().equals(EXPECTED) || tries == MOST_TRIES) {
                log.close();
                told.accept(found.toString());
            } else {
                found = new StringJoiner(", ");
                begin();
            }
        });
    }

    private int sockets() {
        return loop.stats().openSockets() + loop.stats().closingSockets();
    }

    private interface Step {
        void run() throws IOException;
    }

    private void when(BooleanSupplier condition, Step then) {
        loop.interval(Duration.ofMillis(1), timer -> {
            if (condition.getAsBoolean()) {
                timer.cancel();
                then.run();
            }
        });
    }
}
