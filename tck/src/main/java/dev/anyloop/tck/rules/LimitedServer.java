package dev.anyloop.tck.rules;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.EventLoopProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The program of a {@link ServerProcess}: greets whom it accepts, and answers what it is sent with a line that tells how
 * it fares, or asked to exhaust its descriptors or to let servers run short of them, how that went. It ends with its input.
 */
public final class LimitedServer {

    public static final String GREETING = "grüß dich 😀";

    /** How to ask for an {@link Exhaustion}, and what it finds if all is well. */
    public static final String EXHAUST = "!";
    public static final String EXHAUSTED = Exhaustion.EXPECTED;

    /** How to ask for a {@link Shortage}, and what it finds if all is well. */
    public static final String RUN_SHORT = "-";
    public static final String RAN_SHORT = Shortage.EXPECTED;

    private static final Duration DELAY = Duration.ofMillis(2);

    private final EventLoopProvider provider;
    private final List<String> errors = new ArrayList<>();

    private LimitedServer(EventLoopProvider provider) {
        this.provider = provider;
    }

    /** Prints the port and the default charset, or that there is none if the named class does not give a provider. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider = Remade.provider(args[0]);
        if (provider == null) {
            System.out.println(ServerProcess.NONE);
            return;
        }
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            loop.run(running -> new LimitedServer(provider).start(running));
        }
    }

    private void start(EventLoop loop) {
        Server server = loop.listen(Chapter.LOCALHOST, 0, (listening, socket) -> greet(socket));
        server.onError((listening, error) -> {
            errors.add(error.kind() + " " + error.operation());
            listening.pause().resume(); // which is no reason to try again any sooner
        });
        rehearse(loop, Chapter.port(server), () ->
                System.out.println(Chapter.port(server) + " " + Charset.defaultCharset()));
        Thread end = new Thread(() -> awaitEnd(loop), "end-of-input");
        end.setDaemon(true);
        end.start();
    }

    /** Loads the classes that will be needed when there is no descriptor left to read them with. */
    static void rehearse(EventLoop loop, int port, Runnable then) {
        try {
            loop.listen(Chapter.LOCALHOST, port, (listening, socket) -> {});
            throw new IllegalStateException("the port is shared");
        } catch (NetworkException e) {
            e.getMessage();
        }
        Socket client = loop.connect(Chapter.LOCALHOST, port);
        client.onConnect(s -> s.write("?"))
                .onRead((s, data) -> s.close())
                .onClose((s, error) -> {
                    Socket other = loop.connect(Chapter.LOCALHOST, port);
                    other.onConnect(same -> same.write("?"))
                            .onRead((same, data) -> same.abort()) // so it was accepted, which must not need a descriptor later
                            .onClose((same, none) -> then.run());
                });
    }

    private void greet(Socket socket) {
        socket.onRead((s, data) -> {
            char asked = (char) data.get();
            if (asked == EXHAUST.charAt(0)) {
                int port = ((InetSocketAddress) s.localAddress()).getPort();
                Exhaustion.of(provider, s.loop(), port, errors::clear, found -> s.write(found + "\n"));
            } else if (asked == RUN_SHORT.charAt(0)) {
                Shortage.of(s.loop(), found -> s.write(found + "\n"));
            } else {
                answer(s);
            }
        });
        socket.onError((s, error) -> {});
        socket.write(GREETING);
    }

    /** By a timer, which shows besides that these are not early. */
    private void answer(Socket socket) {
        EventLoop loop = socket.loop();
        long start = System.nanoTime();
        loop.timer(DELAY, timer -> {
            if (System.nanoTime() - start < DELAY.toNanos()) {
                errors.add("an early timer");
            }
            socket.write(loop.stats().turns() + " " + errors.size() + " " + first() + "\n");
        });
    }

    private String first() {
        return errors.isEmpty() ? "fine" : errors.get(0);
    }

    private static void awaitEnd(EventLoop loop) {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said to it.
            }
        } catch (IOException e) {
            // It ends all the same.
        }
        loop.stop();
    }
}
