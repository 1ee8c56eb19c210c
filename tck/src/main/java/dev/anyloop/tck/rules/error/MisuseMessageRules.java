package dev.anyloop.tck.rules.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.DatagramOptions;
import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Signal;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.Timer;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import dev.anyloop.tck.rules.order.MisuseRules;
import dev.anyloop.tck.rules.thread.ThreadRules;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.function.Executable;

/**
 * Chapter ERR of the specification, continued: what misuse is told. That it is refused at all is shown in
 * {@link MisuseRules} and {@link ThreadRules}.
 */
@SuppressWarnings("DataFlowIssue") // null where it is not allowed is what is tested
public abstract class MisuseMessageRules extends Chapter {

    private static final Duration BELOW = Duration.ofSeconds(-5);
    private static final Duration SOME = Duration.ofSeconds(1);

    private final Set<String> told = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    /** What is misused, for the list of what is not; the exception; and what the message has to say. */
    private void tells(String what, Class<? extends RuntimeException> type, Executable misuse, String... parts) {
        told.add(what);
        String message = assertThrows(type, misuse, what).getMessage();
        for (String part : parts) {
            if (message == null || !message.contains(part)) {
                problems.add(what + ": no \"" + part + "\" in: " + message);
            }
        }
    }

    private void value(String what, Executable misuse, String... parts) {
        tells(what, IllegalArgumentException.class, misuse, parts);
    }

    private void missing(String what, Executable misuse, String parameter) {
        tells(what, NullPointerException.class, misuse, parameter);
    }

    private void tooLate(String what, Executable misuse, String... parts) {
        tells(what, IllegalStateException.class, misuse, parts);
        tells(what, IllegalStateException.class, misuse, what + "()", "the loop in question");
    }

    private void assertAllTold(Stream<String> all) {
        assertEquals(List.of(), problems);
        assertEquals("", all.filter(each -> !told.contains(each)).distinct().collect(Collectors.joining(" ")),
                "never misused");
    }

    /** The methods that can be given something; those that take null are left out. */
    private static Stream<String> methods(Class<?> type, String... forgiving) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() > 0 && method.getDeclaringClass() == type)
                .map(Method::getName)
                .filter(name -> !Arrays.asList(forgiving).contains(name));
    }

    @Rule("ERR-005")
    void misuseOfALoopIsExplained() {
        withLoop(loop -> {
            misuseOfConnect(loop);
            misuseOfListen(loop);
            value("interval", () -> loop.interval(Duration.ZERO, t -> {}), "period", "PT0S", "timer()");
            value("interval", () -> loop.interval(BELOW, t -> {}), "period", "PT-5S");
            missing("interval", () -> loop.interval(null, t -> {}), "period");
            missing("interval", () -> loop.interval(SOME, null), "callback");
            missing("timer", () -> loop.timer(null, t -> {}), "delay");
            missing("timer", () -> loop.timer(SOME, null), "callback");
            value("signal", () -> loop.signal("SIGTERM", x -> {}), "\"SIGTERM\"", "use \"TERM\"");
            value("signal", () -> loop.signal("KILL", x -> {}), "KILL", "TERM");
            missing("signal", () -> loop.signal(null, x -> {}), "name");
            missing("signal", () -> loop.signal("TERM", null), "callback");
            missing("execute", () -> loop.execute(null), "task");
            missing("shutdown", () -> loop.shutdown(null), "grace");
            tells("run", IllegalStateException.class, loop::run, "run()", "callback");
        });
        withOpenLoop(loop -> missing("run", () -> loop.run(null), "init"));
        assertAllTold(methods(EventLoop.class, "onUncaught", "start", "open", "datagram"));
    }

    @Rule("ERR-005")
    @Needs(Capability.DATAGRAMS)
    void misuseOfDatagramsIsExplained() {
        withLoop(loop -> {
            DatagramOptions options = DatagramOptions.defaults();
            value("datagram", () -> loop.datagram("some.name", 0), "\"some.name\"", "localhost", "0.0.0.0");
            value("datagram", () -> loop.datagram(LOCALHOST, 65_536), "port", "65536", "0 to 65535");
            value("datagram", () -> loop.datagram(InetSocketAddress.createUnresolved("some.name", 0), options), "some.name", "resolved");
            value("datagram", () -> loop.datagram(new OtherAddress(), options), "other:address", "InetSocketAddress");
            missing("datagram", () -> loop.datagram((SocketAddress) null, options), "address");
            missing("datagram", () -> loop.datagram(LOCALHOST, 0, null), "options");
            DatagramSocket socket = loop.datagram(LOCALHOST, 0);
            misuseOfDatagramSocket(socket);
            socket.close();
        });
        assertAllTold(Stream.concat(Stream.of("datagram"), methods(DatagramSocket.class)));
    }

    private void misuseOfDatagramSocket(DatagramSocket socket) throws IOException {
        InetSocketAddress noPort = new InetSocketAddress(LOCALHOST, 0);
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("some.name", 9);
        InetAddress group = InetAddress.getByName("224.0.1.9");
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getByName(LOCALHOST));
        value("send", () -> socket.send(new byte[1], noPort), "port", ": 0", "1 to 65535");
        value("send", () -> socket.send(new byte[1], unresolved), "some.name", "resolved");
        value("send", () -> socket.send(new byte[65_508], socket.localAddress()), "65508", "at most 65507");
        tells("send", IllegalStateException.class, () -> socket.send(new byte[1]), "connect");
        missing("send", () -> socket.send((ByteBuffer) null, socket.localAddress()), "data");
        missing("send", () -> socket.send(new byte[1], null), "address");
        value("connect", () -> socket.connect(new OtherAddress()), "other:address", "InetSocketAddress");
        missing("connect", () -> socket.connect(null), "address");
        value("join", () -> socket.join(InetAddress.getByName(LOCALHOST), loopback), LOCALHOST, "multicast");
        missing("join", () -> socket.join(null, loopback), "group");
        missing("join", () -> socket.join(group, null), "on");
        value("leave", () -> socket.leave(InetAddress.getByName(LOCALHOST), loopback), LOCALHOST, "multicast");
        missing("leave", () -> socket.leave(null, loopback), "group");
        missing("onReceive", () -> socket.onReceive(null), "callback");
        missing("onError", () -> socket.onError(null), "callback");
        missing("onClose", () -> socket.onClose(null), "callback");
    }

    private void misuseOfConnect(EventLoop loop) {
        InetSocketAddress noPort = new InetSocketAddress(LOCALHOST, 0);
        ConnectOptions options = ConnectOptions.defaults();
        value("connect", () -> loop.connect("", 80), "host", "empty", "localhost");
        for (int port : new int[] {0, -1, 65_536}) {
            value("connect", () -> loop.connect(LOCALHOST, port), "port", "" + port, "1 to 65535");
        }
        value("connect", () -> loop.connect(noPort, options), "port", ": 0", "1 to 65535");
        value("connect", () -> loop.connect(new OtherAddress(), options), "other:address", "InetSocketAddress");
        missing("connect", () -> loop.connect((String) null, 80), "host");
        missing("connect", () -> loop.connect(LOCALHOST, 80, null), "options");
        missing("connect", () -> loop.connect((SocketAddress) null, options), "address");
        missing("connect", () -> loop.connect(new InetSocketAddress(LOCALHOST, 80), null), "options");
    }

    private void misuseOfListen(EventLoop loop) {
        ListenOptions options = ListenOptions.defaults();
        InetSocketAddress local = new InetSocketAddress(LOCALHOST, 0);
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("some.name", 0);
        value("listen", () -> loop.listen("some.name", 0, (s, x) -> {}), "\"some.name\"", "localhost", "0.0.0.0");
        value("listen", () -> loop.listen("", 0, (s, x) -> {}), "\"\"", "localhost");
        value("listen", () -> loop.listen("fe80::1%", 0, (s, x) -> {}), "\"fe80::1%\"", "zone", "localhost");
        for (int port : new int[] {-1, 65_536}) {
            value("listen", () -> loop.listen(LOCALHOST, port, (s, x) -> {}), "port", "" + port, "0 to 65535");
        }
        value("listen", () -> loop.listen(unresolved, options, (s, x) -> {}), "some.name", "resolved");
        value("listen", () -> loop.listen(new OtherAddress(), options, (s, x) -> {}), "other:address", "InetSocket");
        missing("listen", () -> loop.listen(LOCALHOST, 0, null), "onAccept");
        missing("listen", () -> loop.listen(LOCALHOST, 0, null, (s, x) -> {}), "options");
        missing("listen", () -> loop.listen((SocketAddress) null, options, (s, x) -> {}), "address");
        missing("listen", () -> loop.listen(local, null, (s, x) -> {}), "options");
        missing("listen", () -> loop.listen(local, options, null), "onAccept");
    }

    private static final class OtherAddress extends SocketAddress {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "other:address";
        }
    }

    @Rule("ERR-005")
    void misuseOfAHandleIsExplained() {
        withLoop(loop -> {
            Socket socket = loop.connect(LOCALHOST, peerServer(Peer::drain));
            Server server = loop.listen(LOCALHOST, 0, (s, x) -> {});
            value("readTimeout", () -> socket.readTimeout(BELOW), "timeout", "PT-5S", "null or zero");
            value("writeTimeout", () -> socket.writeTimeout(BELOW), "timeout", "PT-5S", "null or zero");
            missing("onConnect", () -> socket.onConnect(null), "callback");
            missing("onRead", () -> socket.onRead(null), "callback");
            missing("onEnd", () -> socket.onEnd(null), "callback");
            missing("onDrain", () -> socket.onDrain(null), "callback");
            missing("onError", () -> socket.onError(null), "callback");
            missing("onClose", () -> socket.onClose(null), "callback");
            missing("write", () -> socket.write((ByteBuffer) null), "bytes");
            missing("write", () -> socket.write((byte[]) null), "bytes");
            missing("write", () -> socket.write((CharSequence) null), "text");
            missing("write", () -> socket.write(null, (s, error) -> {}), "bytes");
            missing("write", () -> socket.write(ByteBuffer.allocate(1), null), "done");
            missing("startTls", () -> socket.startTls(null, s -> {}), "options");
            missing("startTls", () -> socket.startTls(TlsOptions.client(), null), "onSecure");
            missing("onError", () -> server.onError(null), "callback");
            missing("onClose", () -> server.onClose(null), "callback");
            socket.abort();
            server.close();
        });
        assertAllTold(Stream.of(Socket.class, Server.class, Timer.class, Signal.class).flatMap(MisuseMessageRules::methods));
    }

    @Rule({"ERR-005", "THREAD-002"})
    void aCallOnTheWrongThreadIsToldBothThreadsAndTheWayOut() {
        withLoop(loop -> {
            String owner = Thread.currentThread().getName();
            Socket socket = loop.connect(LOCALHOST, peerServer(Peer::drain));
            Server server = loop.listen(LOCALHOST, 0, (s, x) -> {});
            Timer timer = loop.timer(Duration.ofDays(1), t -> {});
            Signal signal = loop.signal("WINCH", x -> {});
            helper(() -> {
                String stranger = Thread.currentThread().getName();
                for (Executable call : List.<Executable>of(loop::run, loop::hold, () -> loop.connect(LOCALHOST, 80),
                        () -> socket.write("x"), socket::close, server::pause, timer::cancel, signal::cancel)) {
                    tells("thread", IllegalStateException.class, call, owner, stranger, "execute");
                }
                loop.execute(loop::close);
            });
        });
        assertAllTold(Stream.of("thread"));
    }

    @Rule({"ERR-005", "LOOP-007", "LOOP-015"})
    void aLoopThatTakesNothingNewSaysItsNameAndWhy() {
        LoopOptions named = LoopOptions.defaults().withName("the loop in question");
        withOpenLoop(named, loop -> {
            loop.shutdown(SOME);
            tooLate("connect", () -> loop.connect(LOCALHOST, 80), "shutting down");
            tooLate("listen", () -> loop.listen(null, 0, (s, x) -> {}), "shutting down");
            loop.close();
            tooLate("run", loop::run, "closed", "open a new one");
            tooLate("hold", loop::hold, "closed", "open a new one");
            tooLate("timer", () -> loop.timer(SOME, t -> {}), "closed", "open a new one");
            tooLate("interval", () -> loop.interval(SOME, t -> {}), "closed", "open a new one");
            tooLate("signal", () -> loop.signal("WINCH", x -> {}), "closed", "open a new one");
            tooLate("connect", () -> loop.connect(LOCALHOST, 80), "closed", "open a new one");
            tooLate("listen", () -> loop.listen(null, 0, (s, x) -> {}), "closed", "open a new one");
            tells("execute", RejectedExecutionException.class, () -> loop.execute(() -> {}), "question", "closed");
        });
        assertAllTold(Stream.of("run", "hold", "timer", "interval", "signal", "connect", "listen", "execute"));
    }

    @Rule("ERR-005")
    void misuseOfOptionsIsExplained() {
        withOpenLoop(Chapter::assertWorks);
        SocketOptions socket = SocketOptions.defaults();
        value("receiveBufferSize", () -> socket.withBufferSizes(-7, 0), "receiveBufferSize", "-7", "0 for");
        value("sendBufferSize", () -> socket.withBufferSizes(0, -7), "sendBufferSize", "-7", "0 for");
        value("highWaterMark", () -> socket.withWaterMarks(0, 0), "highWaterMark", ": 0");
        value("lowWaterMark", () -> socket.withWaterMarks(10, 10), "lowWaterMark", ": 10", "below highWaterMark 10");
        value("lowWaterMark", () -> socket.withWaterMarks(10, -7), "lowWaterMark", "-7", "at least 0");
        value("closeTimeout", () -> socket.withCloseTimeout(BELOW), "closeTimeout", "PT-5S", "abort()");
        missing("closeTimeout", () -> socket.withCloseTimeout(null), "closeTimeout");
        ConnectOptions connect = ConnectOptions.defaults();
        value("connectTimeout", () -> connect.withConnectTimeout(Duration.ZERO), "connectTimeout", "PT0S", "use");
        missing("connectTimeout", () -> connect.withConnectTimeout(null), "connectTimeout");
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("some.name", 0);
        value("localAddress", () -> connect.withLocalAddress(unresolved), "localAddress", "some.name", "address");
        missing("socket", () -> connect.withSocket(null), "socket");
        value("tls", () -> connect.withTls(TlsOptions.server(SSLContext.getDefault())), "tls", "a server", "TlsOptions.client()");
        value("tls", () -> ListenOptions.defaults().withTls(TlsOptions.client()), "tls", "a client", "TlsOptions.server");
        value("backlog", () -> ListenOptions.defaults().withBacklog(0), "backlog", ": 0");
        missing("socket", () -> ListenOptions.defaults().withSocket(null), "socket");
        DatagramOptions datagram = DatagramOptions.defaults();
        value("receiveBufferSize", () -> datagram.withBufferSizes(-7, 0), "receiveBufferSize", "-7", "0 is");
        value("sendBufferSize", () -> datagram.withBufferSizes(0, -7), "sendBufferSize", "-7", "0 is");
        value("sendQueueBytes", () -> datagram.withSendQueueBytes(-7), "sendQueueBytes", "-7", "0 lets");
        value("multicastTtl", () -> datagram.withMulticastTtl(256), "multicastTtl", "256", "0 to 255");
        missing("name", () -> LoopOptions.defaults().withName(null), "name");
        missing("resolver", () -> LoopOptions.defaults().withResolver(null), "resolver");
        Set<String> anything = Set.of("backend", "transport", "multicastInterface", "permissions");
        assertAllTold(Stream.of(SocketOptions.class, ConnectOptions.class, ListenOptions.class, DatagramOptions.class, LoopOptions.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .filter(component -> component.getType() != boolean.class)
                .map(RecordComponent::getName)
                .filter(name -> !anything.contains(name)));
    }
}
