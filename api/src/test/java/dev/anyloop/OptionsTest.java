package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OptionsTest {

    private static final SocketOptions SOCKET = SocketOptions.defaults();

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static void assertNullRefused(String parameter, Executable call) {
        assertEquals(parameter, assertThrows(NullPointerException.class, call).getMessage());
    }

    // ---- sockets ----

    @Test
    void theDefaultsOfSocketsAreAsDocumented() {
        assertEquals(
                new SocketOptions(false, true, false, false, 0, 0, 262_144, 65_536, Duration.ofSeconds(10)), SOCKET);
        assertSame(SOCKET, SocketOptions.defaults());
    }

    @Test
    void eachChangeOfSocketOptionsChangesOneThing() {
        Duration ten = Duration.ofSeconds(10);
        assertEquals(new SocketOptions(true, true, false, false, 0, 0, 262_144, 65_536, ten),
                SOCKET.withAllowHalfOpen(true));
        assertEquals(new SocketOptions(false, false, false, false, 0, 0, 262_144, 65_536, ten),
                SOCKET.withNoDelay(false));
        assertEquals(new SocketOptions(false, true, true, false, 0, 0, 262_144, 65_536, ten),
                SOCKET.withKeepAlive(true));
        assertEquals(new SocketOptions(false, true, false, true, 0, 0, 262_144, 65_536, ten),
                SOCKET.withReuseAddress(true));
        assertEquals(new SocketOptions(false, true, false, false, 7, 8, 262_144, 65_536, ten),
                SOCKET.withBufferSizes(7, 8));
        assertEquals(new SocketOptions(false, true, false, false, 0, 0, 2, 1, ten), SOCKET.withWaterMarks(2, 1));
        assertEquals(new SocketOptions(false, true, false, false, 0, 0, 262_144, 65_536, Duration.ofSeconds(1)),
                SOCKET.withCloseTimeout(Duration.ofSeconds(1)));
    }

    @Test
    void changesOfSocketOptionsAddUp() {
        SocketOptions all = SOCKET.withAllowHalfOpen(true).withNoDelay(false).withKeepAlive(true)
                .withReuseAddress(true).withBufferSizes(7, 8)
                .withWaterMarks(2, 1).withCloseTimeout(Duration.ofSeconds(1));
        SocketOptions expected = new SocketOptions(true, false, true, true, 7, 8, 2, 1, Duration.ofSeconds(1));
        assertEquals(expected, all);
        assertEquals(expected, all.withAllowHalfOpen(true).withNoDelay(false).withKeepAlive(true)
                .withReuseAddress(true).withBufferSizes(7, 8)
                .withWaterMarks(2, 1).withCloseTimeout(Duration.ofSeconds(1)));
    }

    @Test
    void bufferSizesBelowZeroAreRefused() {
        assertRefused("receiveBufferSize < 0: -1 (use 0 for the system's default)",
                () -> SOCKET.withBufferSizes(-1, 0));
        assertRefused("sendBufferSize < 0: -2 (use 0 for the system's default)", () -> SOCKET.withBufferSizes(0, -2));
    }

    @Test
    void waterMarksOutOfOrderAreRefused() {
        assertRefused("highWaterMark < 1: 0", () -> SOCKET.withWaterMarks(0, 0));
        assertRefused("lowWaterMark must be at least 0 and below highWaterMark 10: -1",
                () -> SOCKET.withWaterMarks(10, -1));
        assertRefused("lowWaterMark must be at least 0 and below highWaterMark 10: 10",
                () -> SOCKET.withWaterMarks(10, 10));
        assertEquals(0, SOCKET.withWaterMarks(1, 0).lowWaterMark());
    }

    @Test
    void aCloseTimeoutThatIsNotPositiveIsRefused() {
        assertRefused("closeTimeout <= 0: PT0S (use abort() to close without waiting)",
                () -> SOCKET.withCloseTimeout(Duration.ZERO));
        assertRefused("closeTimeout <= 0: PT-5S (use abort() to close without waiting)",
                () -> SOCKET.withCloseTimeout(Duration.ofSeconds(-5)));
        assertNullRefused("closeTimeout", () -> SOCKET.withCloseTimeout(null));
    }

    // ---- connecting ----

    private static final ConnectOptions CONNECT = ConnectOptions.defaults();

    @Test
    void theDefaultsOfConnectingAreAsDocumented() {
        assertEquals(new ConnectOptions(Duration.ofSeconds(30), null, SOCKET, null), CONNECT);
        assertSame(CONNECT, ConnectOptions.defaults());
    }

    @Test
    void eachChangeOfConnectOptionsChangesOneThing() {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SocketOptions socket = SOCKET.withKeepAlive(true);
        ConnectOptions all = CONNECT.withConnectTimeout(Duration.ofSeconds(1)).withLocalAddress(local)
                .withSocket(socket);
        assertEquals(new ConnectOptions(Duration.ofSeconds(1), local, socket, null), all);
        assertNull(all.withLocalAddress(null).localAddress());
        assertEquals(all, all.withSocket(socket).withLocalAddress(local).withConnectTimeout(Duration.ofSeconds(1)));
    }

    @Test
    void aConnectTimeoutThatIsNotPositiveIsRefused() {
        String wayOut = " (use a long one such as Duration.ofDays(1) to wait as long as the system does)";
        assertRefused("connectTimeout <= 0: PT0S" + wayOut, () -> CONNECT.withConnectTimeout(Duration.ZERO));
        assertRefused("connectTimeout <= 0: PT-0.001S" + wayOut,
                () -> CONNECT.withConnectTimeout(Duration.ofMillis(-1)));
        assertNullRefused("connectTimeout", () -> CONNECT.withConnectTimeout(null));
    }

    @Test
    void aLocalAddressThatIsOnlyANameIsRefused() {
        assertRefused("localAddress is not resolved: here.invalid (give an address of this machine)",
                () -> CONNECT.withLocalAddress(InetSocketAddress.createUnresolved("here.invalid", 0)));
    }

    @Test
    void connectOptionsNeedSocketOptions() {
        assertNullRefused("socket", () -> CONNECT.withSocket(null));
    }

    // ---- listening ----

    private static final ListenOptions LISTEN = ListenOptions.defaults();

    @Test
    void theDefaultsOfListeningAreAsDocumented() {
        assertEquals(new ListenOptions(1024, SOCKET, null, false, null, false), LISTEN);
        assertSame(LISTEN, ListenOptions.defaults());
    }

    @Test
    void eachChangeOfListenOptionsChangesOneThing() {
        SocketOptions socket = SOCKET.withKeepAlive(true);
        assertEquals(new ListenOptions(1, socket, null, false, null, false), LISTEN.withBacklog(1).withSocket(socket));
        assertEquals(new ListenOptions(1, socket, null, false, null, false), LISTEN.withSocket(socket).withBacklog(1));
        assertEquals(new ListenOptions(1, socket, null, false, null, true), LISTEN.withReusePort(true).withSocket(socket).withBacklog(1));
        assertEquals(LISTEN, LISTEN.withReusePort(true).withReusePort(false));
    }

    @Test
    void listenOptionsThatMakeNoSenseAreRefused() {
        assertRefused("backlog < 1: 0", () -> LISTEN.withBacklog(0));
        assertNullRefused("socket", () -> LISTEN.withSocket(null));
    }

    // ---- loops ----

    private static final LoopOptions LOOP = LoopOptions.defaults();

    @Test
    void theDefaultsOfLoopsAreAsDocumented() throws Exception {
        assertNull(LOOP.backend());
        assertNull(LOOP.transport());
        assertEquals("anyloop", LOOP.name());
        assertEquals(List.of(InetAddress.getByName("127.0.0.1")), LOOP.resolver().resolve("127.0.0.1"));
        assertSame(LOOP, LoopOptions.defaults());
    }

    @Test
    void eachChangeOfLoopOptionsChangesOneThing() {
        Resolver resolver = host -> List.of();
        LoopOptions all = LOOP.withBackend("nio").withTransport("epoll").withName("mine").withResolver(resolver);
        assertEquals(new LoopOptions("nio", "epoll", "mine", resolver), all);
        assertEquals(all, all.withResolver(resolver).withName("mine").withTransport("epoll").withBackend("nio"));
        assertEquals(new LoopOptions(null, null, "mine", resolver), all.withBackend(null).withTransport(null));
    }

    @Test
    void loopOptionsNeedANameAndAResolver() {
        assertNullRefused("name", () -> LOOP.withName(null));
        assertNullRefused("resolver", () -> LOOP.withResolver(null));
    }

    // ---- TLS ----

    private static final TlsOptions CLIENT = TlsOptions.client();
    private static final TlsOptions SERVER = TlsOptions.server(context());

    private static SSLContext context() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theDefaultsOfTlsAreAsDocumented() {
        Duration ten = Duration.ofSeconds(10);
        assertEquals(new TlsOptions(
                false, null, null, List.of(), List.of(), List.of(), ClientAuth.NONE, null, true, ten, false, null), CLIENT);
        assertEquals(new TlsOptions(
                true, context(), null, List.of(), List.of(), List.of(), ClientAuth.NONE, null, true, ten, false, null), SERVER);
        assertNull(CONNECT.tls());
        assertNull(LISTEN.tls());
    }

    @Test
    void eachChangeOfTlsOptionsChangesOneThing() {
        Executor executor = Runnable::run;
        TlsOptions all = CLIENT.withContext(context()).withAlpn("h2").withProtocols("TLSv1.3")
                .withCiphers("TLS_AES_128_GCM_SHA256").withServerName("name").withoutHostnameVerification()
                .withHandshakeTimeout(Duration.ofSeconds(1)).withTruncationAllowed().withExecutor(executor);
        assertEquals(new TlsOptions(false, context(), null, List.of("h2"), List.of("TLSv1.3"), List.of("TLS_AES_128_GCM_SHA256"),
                ClientAuth.NONE, "name", false, Duration.ofSeconds(1), true, executor), all);
        assertEquals(all, all.withExecutor(executor).withTruncationAllowed().withHandshakeTimeout(Duration.ofSeconds(1))
                .withoutHostnameVerification().withServerName("name").withCiphers("TLS_AES_128_GCM_SHA256")
                .withProtocols("TLSv1.3").withAlpn("h2").withContext(context()));
        TlsContexts contexts = (name, alpn) -> null;
        assertEquals(SERVER.withContexts(contexts), TlsOptions.server(contexts));
        assertEquals(SERVER, TlsOptions.server(contexts).withContext(context()));
        assertEquals(ClientAuth.NEED, SERVER.withClientAuth(ClientAuth.NEED).clientAuth());
        assertEquals(CLIENT, CONNECT.withTls(CLIENT).tls());
        assertEquals(SERVER, LISTEN.withTls(SERVER).tls());
    }

    @Test
    void tlsOptionsThatCannotBeAreRefused() {
        assertStartRefused("no such protocol: \"TLSv9\" (there are ", () -> CLIENT.withProtocols("TLSv9"));
        assertStartRefused("no such cipher suite: \"ROT13\" (there are ", () -> CLIENT.withCiphers("ROT13"));
        assertRefused("ALPN name of 0 characters, not 1 to 255: \"\"", () -> CLIENT.withAlpn(""));
        assertStartRefused("ALPN name of 256 characters", () -> CLIENT.withAlpn("a".repeat(256)));
        assertEquals(List.of("\u00ff"), CLIENT.withAlpn("\u00ff").alpn());
        assertStartRefused("ALPN name that is no bytes: \"\u0100\" (write each byte", () -> CLIENT.withAlpn("h2", "\u0100"));
        assertStartRefused("handshakeTimeout <= 0: PT0S (use a long one", () -> CLIENT.withHandshakeTimeout(Duration.ZERO));
        assertRefused("clientAuth of a client: NEED (only a server asks for it)", () -> CLIENT.withClientAuth(ClientAuth.NEED));
        assertRefused("serverName of a server: name (only a client asks for it)", () -> SERVER.withServerName("name"));
        assertRefused("serverName is empty: \"\" (use null for the host that is connected to)", () -> CLIENT.withServerName(""));
        assertRefused("tls has the options of a server (use TlsOptions.client())", () -> CONNECT.withTls(SERVER));
        assertRefused("tls has the options of a client (use TlsOptions.server(context))", () -> LISTEN.withTls(CLIENT));
        assertRefused("contexts of a client (only a server chooses by what it is asked for; use withContext)",
                () -> CLIENT.withContexts((name, alpn) -> context()));
        assertNullRefused("context", () -> TlsOptions.server((SSLContext) null));
        assertNullRefused("contexts", () -> TlsOptions.server((TlsContexts) null));
        assertNullRefused("contexts", () -> SERVER.withContexts(null));
        assertNullRefused("clientAuth", () -> SERVER.withClientAuth(null));
        assertNullRefused("handshakeTimeout", () -> CLIENT.withHandshakeTimeout(null));
    }

    private static void assertStartRefused(String start, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertEquals(start, message.substring(0, Math.min(start.length(), message.length())));
    }
}
