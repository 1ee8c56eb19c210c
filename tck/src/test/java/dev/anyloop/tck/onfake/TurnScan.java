package dev.anyloop.tck.onfake;

import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.fake.FakeEventLoopProvider;
import dev.anyloop.tck.fake.FakePeer;
import dev.anyloop.tck.rules.tls.Certificates;
import dev.anyloop.tck.run.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Has each thing happen to a loop with memory for less and less of what its turns allocate, and tells what becomes of it. Long, because
 * what happens stands in one list, beside what may become of it.
 */
public final class TurnScan {

    /** Turns in which all is told of what is scanned. */
    private static final int TURNS = 6;

    /** So many allocations fail one after the other: when all is to be told, there is memory again for some of it. */
    private static final int[] IN_A_ROW = {2, 3, 4, 6, Integer.MAX_VALUE};

    /** What an error says whose cause is that there was no memory. */
    private static final String STARVED = " for want of memory";

    /** Whose failures end nothing. */
    private static final Set<String> PORTS = Set.of("server", "datagram");

    private static final SSLContext CONTEXT = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    private static final TlsOptions TLS =
            TlsOptions.client().withContext(CONTEXT).withServerName("localhost").withExecutor(Runnable::run);

    private static final InetSocketAddress SENDER = new InetSocketAddress("10.0.0.9", 9);

    @FunctionalInterface
    private interface Happening {
        void begin(TurnScan scan) throws IOException;
    }

    private static final Map<String, Happening> HAPPENINGS = new LinkedHashMap<>();

    static {
        HAPPENINGS.put("bytes come", s -> s.peer().send("hello"));
        HAPPENINGS.put("bytes come and the end", s -> s.peer().send("hello").end());
        HAPPENINGS.put("the end comes", s -> s.peer().end());
        HAPPENINGS.put("a reset", s -> s.peer().reset());
        HAPPENINGS.put("what was held back is resumed", s -> {
            s.socket.pause();
            s.peer().send("hello").end();
            s.turn();
            s.socket.resume();
        });
        HAPPENINGS.put("what was read ahead is resumed", s -> {
            s.fake.transport().connection(0).readAhead();
            s.socket.pause();
            s.peer().send("hello").end();
            s.turn();
            s.socket.resume();
        });
        HAPPENINGS.put("a connection is made while the loop stops", s -> {
            s.stopsWhenRead();
            s.logged("other", s.loop.connect("10.0.0.2", 80)).onConnect(socket -> s.log("other connected", null));
            s.fake.transport().connection(1).complete();
            s.peer().send("hello");
        });
        HAPPENINGS.put("somebody connects while the loop stops", s -> {
            s.stopsWhenRead();
            s.listen();
            s.peer().send("hello");
            s.fake.transport().acceptor(0).connect().send("hi");
        });
        HAPPENINGS.put("bytes come while the loop stops", s -> {
            s.logged("other", s.loop.connect("10.0.0.2", 80));
            s.fake.transport().connection(1).complete();
            s.turn();
            s.stopsWhenRead();
            s.peer().send("hello");
            s.fake.transport().connection(1).peer().send("hi").end();
        });
        HAPPENINGS.put("a server that was paused is resumed", s -> {
            Server server = s.listen();
            s.fake.transport().acceptor(0).acceptLate();
            server.pause();
            s.fake.transport().acceptor(0).connect().send("hi");
            s.turn();
            s.loop.execute(server::resume);
        });
        HAPPENINGS.put("the first of two attempts wins", s -> {
            s.logged("other", s.loop.connect("two.test", 80)).onConnect(socket -> s.log("other connected", null));
            Await.until(Limits.defaults().mustHappen(), () -> {
                s.turn();
                return s.isBegun(1);
            }, () -> "a look-up does not end");
            s.advance(250);
            s.turn();
            s.turn();
            s.fake.transport().connection(1).complete();
        });
        HAPPENINGS.put("the loop closes", s -> {
            s.listen();
            s.datagram();
            s.logged("other", s.loop.connect("10.0.0.2", 80));
            s.peer().capacity(0);
            s.socket.write(ByteBuffer.allocate(10), (socket, error) -> s.log("socket written", error));
            s.loop.execute(() -> {
                s.closed = true;
                s.loop.close();
            });
        });
        HAPPENINGS.put("bytes are written", s -> s.socket.write(ByteBuffer.allocate(10), (socket, error) -> s.log("socket written", null)));
        HAPPENINGS.put("what was pending is sent", s -> {
            s.peer().capacity(0);
            s.socket.write(ByteBuffer.allocate(200_000), (socket, error) -> s.log("socket written", null));
            s.turn();
            s.peer().capacity(Integer.MAX_VALUE);
        });
        HAPPENINGS.put("a write fails", s -> {
            s.fake.transport().connection(0).failOutput(new IOException("Broken pipe"));
            s.socket.write(ByteBuffer.allocate(10), (socket, error) -> s.log("socket written", null));
            s.peer().reset();
        });
        HAPPENINGS.put("this side ends", s -> s.socket.end());
        HAPPENINGS.put("this side closes", s -> s.socket.close());
        HAPPENINGS.put("this side closes with bytes pending", s -> {
            s.peer().capacity(0);
            s.socket.write(ByteBuffer.allocate(10), (socket, error) -> s.log("socket written", null));
            s.turn();
            s.socket.close();
            s.peer().capacity(Integer.MAX_VALUE);
            s.peer().end();
        });
        HAPPENINGS.put("this side aborts", s -> {
            s.peer().capacity(0);
            s.socket.write(ByteBuffer.allocate(10), (socket, error) -> s.log("socket written", null));
            s.turn();
            s.socket.abort();
        });
        HAPPENINGS.put("a read timeout", s -> {
            s.socket.readTimeout(Duration.ofMillis(1));
            s.advance(2);
        });
        HAPPENINGS.put("a connection is made", s -> {
            s.logged("other", s.loop.connect("10.0.0.2", 80)).onConnect(socket -> s.log("other connected", null));
            s.fake.transport().connection(1).complete();
        });
        HAPPENINGS.put("a connection is refused", s -> {
            s.logged("other", s.loop.connect("10.0.0.2", 80));
            s.fake.transport().connection(1).fail(new IOException("Connection refused"));
        });
        HAPPENINGS.put("connecting takes too long", s -> {
            s.logged("other", s.loop.connect("10.0.0.2", 80));
            s.advance(100_000);
        });
        HAPPENINGS.put("somebody connects", s -> {
            s.listen();
            s.fake.transport().acceptor(0).connect().send("hi");
        });
        HAPPENINGS.put("accepting fails", s -> {
            s.listen();
            s.fake.transport().acceptor(0).fail(new IOException("Too many open files"));
        });
        HAPPENINGS.put("a server closes", s -> s.listen().close());
        HAPPENINGS.put("timers are due", s -> {
            s.loop.timer(Duration.ofMillis(1), timer -> s.log("timer fired", null));
            s.loop.interval(Duration.ofMillis(1), timer -> {
                s.log("interval fired", null);
                timer.cancel();
            });
            s.advance(1);
        });
        HAPPENINGS.put("tasks run", s -> {
            s.loop.execute(() -> s.log("task one", null));
            s.loop.execute(() -> s.log("task 2", null));
        });
        HAPPENINGS.put("a datagram comes", s -> {
            s.datagram();
            s.fake.transport().port(0).arrive("hello", SENDER);
        });
        HAPPENINGS.put("datagrams are sent", s -> {
            DatagramSocket port = s.datagram();
            s.fake.transport().port(0).room(0);
            port.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)), SENDER);
            s.turn();
            s.fake.transport().port(0).room(10);
        });
        HAPPENINGS.put("a datagram socket is refused", s -> {
            s.datagram();
            s.fake.transport().port(0).refuse(new IOException("Connection refused"));
        });
        HAPPENINGS.put("a datagram socket closes", s -> s.datagram().close());
        HAPPENINGS.put("hands are shaken", TurnScan::connectSecurely);
        HAPPENINGS.put("a record comes", s -> {
            s.shakeHands();
            s.securePeer().send(s.engine().seal("hello"));
        });
        HAPPENINGS.put("the end of TLS comes", s -> {
            s.shakeHands();
            s.securePeer().send(s.engine().end());
        });
        HAPPENINGS.put("keys are changed", s -> {
            s.shakeHands();
            s.securePeer().send(s.engine().changeKeys());
        });
        HAPPENINGS.put("records are written", s ->
                s.shakeHands().write(ByteBuffer.allocate(20_000), (socket, error) -> s.log("other written", null)));
        HAPPENINGS.put("records that were pending are sent", s -> {
            Socket other = s.shakeHands();
            s.securePeer().capacity(0);
            other.write(ByteBuffer.allocate(50_000), (socket, error) -> s.log("other written", null));
            s.turn();
            s.securePeer().capacity(Integer.MAX_VALUE);
        });
        HAPPENINGS.put("a secured socket ends", s -> s.shakeHands().end());
        HAPPENINGS.put("a secured socket closes", s -> s.shakeHands().close());
        HAPPENINGS.put("a record is damaged", s -> {
            s.shakeHands();
            byte[] record = s.engine().seal("hello");
            record[record.length - 1]++;
            s.securePeer().send(record);
        });
    }

    private final List<String> log = new ArrayList<>();
    private final FakeEventLoopProvider fake = new FakeEventLoopProvider();
    private final EventLoop loop = fake.open(LoopOptions.defaults().withResolver(TurnScan::resolve));
    private final Socket socket;
    private @Nullable EnginePeer engine;
    private boolean thrown;
    private boolean closed;

    private TurnScan() {
        socket = logged("socket", loop.connect("10.0.0.1", 80));
        fake.transport().connection(0).complete();
        turn();
    }

    private static List<InetAddress> resolve(String host) throws IOException {
        return List.of(InetAddress.getByName("10.0.0.7"), InetAddress.getByName("10.0.0.8"));
    }

    private boolean isBegun(int connection) {
        try {
            fake.transport().connection(connection);
            return true;
        } catch (IndexOutOfBoundsException e) {
            return false;
        }
    }

    private FakePeer peer() {
        return fake.transport().connection(0).peer();
    }

    private void advance(long millis) {
        fake.clock().advance(Duration.ofMillis(millis));
    }

    private void turn() {
        loop.stop();
        if (!closed) {
            loop.run();
        }
    }

    private Socket connectSecurely() throws IOException {
        Socket other = logged("other", loop.connect("10.0.0.2", 80, ConnectOptions.defaults().withTls(TLS)))
                .onConnect(connected -> log("other connected", null));
        fake.transport().connection(1).complete();
        engine = new EnginePeer(securePeer(), CONTEXT, true, "TLSv1.3");
        return other;
    }

    private Socket shakeHands() throws IOException {
        Socket other = connectSecurely();
        for (int i = 0; i < TURNS; i++) {
            turn();
            letPeerAnswer();
        }
        return other;
    }

    private EnginePeer engine() {
        return Objects.requireNonNull(engine);
    }

    private FakePeer securePeer() {
        return fake.transport().connection(1).peer();
    }

    /** A record that there was no memory to hand on is missing to the next one; of that it may tell nobody any more. */
    private void letPeerAnswer() {
        if (engine != null) {
            try {
                securePeer().send(engine.turn());
            } catch (SSLException e) {
                engine = null;
            }
        }
    }

    private void log(String what, @Nullable NetworkException error) {
        Throwable cause = error;
        while (cause != null && !(cause instanceof OutOfMemoryError)) {
            cause = cause.getCause();
        }
        log.add(what + (error == null ? "" : cause == null ? " " + error.kind() : STARVED));
    }

    private Socket logged(String name, Socket of) {
        return of
                .onRead((s, data) -> log.add(name + " read " + StandardCharsets.UTF_8.decode(data)))
                .onEnd(s -> log(name + " ended", null))
                .onDrain(s -> log(name + " drained", null))
                .onError((s, error) -> log(name + " failed", error))
                .onClose((s, error) -> log(name + " closed", error));
    }

    private void stopsWhenRead() {
        socket.onRead((s, data) -> {
            log.add("socket read " + StandardCharsets.UTF_8.decode(data));
            loop.stop();
        });
    }

    private Server listen() {
        return loop.listen("10.0.0.3", 80, (server, accepted) -> logged("accepted", accepted))
                .onError((server, error) -> log("server failed", error))
                .onClose(server -> log("server closed", null));
    }

    private DatagramSocket datagram() {
        return loop.datagram("10.0.0.4", 80, DatagramOptions.defaults())
                .onReceive((s, sender, data) -> log.add("datagram received " + StandardCharsets.UTF_8.decode(data)))
                .onError((s, error) -> log("datagram failed", error))
                .onClose(s -> log("datagram closed", null));
    }

    public static void scan() {
        HAPPENINGS.forEach((name, happening) -> {
            TurnScan good = new TurnScan();
            good.play(happening, -1, 0);
            int failures = 0;
            while (fails(name, happening, failures, 1, good)) {
                failures++;
            }
            for (int i = 0; i < failures; i++) {
                for (int inARow : IN_A_ROW) {
                    fails(name, happening, i, inARow, good);
                }
            }
            System.out.println(name + " failed at " + failures);
        });
    }

    /** Whether that much is allocated that those that come after so many can fail, of one turn. */
    private static boolean fails(String name, Happening happening, int allocations, int inARow, TurnScan good) {
        TurnScan scan = new TurnScan();
        String where = scan.play(happening, allocations, inARow);
        boolean tellsNobody = scan.closed && inARow == Integer.MAX_VALUE; // a loop that is closed does not wait for memory for ever
        if (where != null && !tellsNobody && !scan.isAsGoodAs(good)) {
            System.out.println(name + " without memory at " + where + (inARow > 1 ? " " + inARow + " times" : "") + " IS NOT AS IT SHOULD BE: " + scan.log);
        }
        return where != null;
    }

    /** Where memory ran out, or null. */
    private @Nullable String play(Happening happening, int allocations, int inARow) {
        try {
            happening.begin(this);
            return play(allocations, inARow);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private @Nullable String play(int allocations, int inARow) throws IOException {
        String where = null;
        for (int i = 0; i < TURNS; i++) {
            if (where == null) {
                Allocations.failAfter(allocations, inARow);
            }
            try {
                turn();
            } catch (OutOfMemoryError e) {
                thrown = true;
            }
            String failed = Allocations.stopFailing();
            where = where != null ? where : failed;
            letPeerAnswer();
        }
        turn();
        advance(2_000);
        turn();
        turn();
        loop.close();
        return where;
    }

    /** Each handle hears what it would have heard, or that it has failed for want of memory instead of some of it. */
    private boolean isAsGoodAs(TurnScan good) {
        return Stream.concat(log.stream(), good.log.stream()).map(TurnScan::handle).distinct()
                .allMatch(handle -> isGood(handle, of(handle), good.of(handle)));
    }

    private boolean isGood(String handle, List<String> heard, List<String> all) {
        String failed = handle + " failed" + STARVED;
        if (heard.equals(all)) {
            return true;
        } else if (PORTS.contains(handle)) { // their failures are reports, which run() throws instead if there is no memory to make them
            return heard.contains(failed) != thrown && heard.get(heard.size() - 1).equals(handle + " closed");
        } else if (heard.isEmpty()) {
            return handle.equals("accepted") && (thrown || log.contains("server failed" + STARVED));
        }
        int told = heard.indexOf(failed);
        return told >= 0 && heard.subList(0, told).equals(all.subList(0, told)) && heard.get(heard.size() - 1).equals(handle + " closed" + STARVED);
    }

    private List<String> of(String handle) {
        return log.stream().filter(line -> handle(line).equals(handle)).toList();
    }

    private static String handle(String line) {
        return line.substring(0, line.indexOf(' '));
    }
}
