package dev.anyloop.tck.rules;

import dev.anyloop.Capability;
import dev.anyloop.ConnectOptions;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.TlsSession;
import dev.anyloop.tck.World;
import dev.anyloop.tck.peer.Layer;
import dev.anyloop.tck.peer.SocketPaths;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What the connections of a chapter run over, on both sides: a socket is a socket. */
public enum Medium implements Layer {

    TCP(null, null, "plain connections"),
    TLS_1_3("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256", "TLS 1.3"),
    TLS_1_2("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS 1.2"),
    UNIX(null, null, "Unix-domain sockets");

    /** Tests call their hosts as they like. */
    private static final String NAME = "localhost";

    /** Of the sockets under test where bytes are dear, and what is much for them. */
    private static final int SMALL_SEND_BUFFER = 64 << 10;
    private static final int MUCH_WHERE_DEAR = 512 << 10;

    /** One for all, so that sessions are resumed. */
    private static final class Context {
        static final SSLContext OF_BOTH_SIDES = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    }

    private final @Nullable String protocol;

    /** Not AES, which without the second compiler of the JVM takes five times as long: over TLS, most of the time of a kit. */
    private final @Nullable String cipher;

    private final String words;

    Medium(@Nullable String protocol, @Nullable String cipher, String words) {
        this.protocol = protocol;
        this.cipher = cipher;
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }

    /** Over what the tests of a class run. */
    public static Medium of(Class<?> tests) {
        Over over = tests.getAnnotation(Over.class);
        return over == null ? TCP : over.value();
    }

    /** What a backend has to have for it. */
    public Set<Capability> needs() {
        return this == UNIX ? Set.of(Capability.UNIX_SOCKETS) : Set.of();
    }

    /**
     * Whether it is run by default, or a setting names it.
     *
     * @param setting versions of TLS with commas between them, or "none"
     */
    boolean isAmong(String setting) {
        return protocol == null || Arrays.stream(setting.split(",")).anyMatch(each -> words.equals("TLS " + each.strip()));
    }

    /**
     * So many bytes are much, where so many are in plain: to encrypt and decrypt them is most of the time that the kit takes over
     * TLS, and smaller send buffers stall a writer as well.
     */
    int much(int inPlain) {
        return protocol == null ? inPlain : Math.min(inPlain, MUCH_WHERE_DEAR);
    }

    private SocketOptions of(SocketOptions options) {
        return options.sendBufferSize() == 0 ? options.withBufferSizes(options.receiveBufferSize(), SMALL_SEND_BUFFER) : options;
    }

    /** Of a socket under test. */
    public ConnectOptions of(ConnectOptions options) {
        return protocol == null ? options : options.withSocket(of(options.socket()))
                .withTls(as(TlsOptions.client().withContext(Context.OF_BOTH_SIDES).withServerName(NAME)));
    }

    /** Of a server under test. */
    public ListenOptions of(ListenOptions options) {
        return protocol == null ? options : options.withSocket(of(options.socket()))
                .withTls(as(TlsOptions.server(Context.OF_BOTH_SIDES)));
    }

    private TlsOptions as(TlsOptions options) {
        return options.withProtocols(protocol).withCiphers(cipher);
    }

    /** A test may have made its socket without asking how. */
    void check(Socket connected) {
        TlsSession session = connected.tls();
        if (protocol != null && (session == null || !session.protocol().equals(protocol))) {
            throw new AssertionError("a socket in a test over " + this + " is not secured by it, but by " + session);
        }
        if (this == UNIX != connected.remoteAddress() instanceof UnixDomainSocketAddress) {
            throw new AssertionError("a socket in a test over " + this + " is connected to " + connected.remoteAddress());
        }
    }

    @Override
    public java.net.Socket socket(World world) {
        return this == UNIX ? world.unixSocket() : Layer.super.socket(world);
    }

    @Override
    public ServerSocket serverSocket(World world) throws IOException {
        return this == UNIX ? world.unixServerSocket() : Layer.super.serverSocket(world);
    }

    @Override
    public SocketAddress address(String host, int port) {
        return this == UNIX ? SocketPaths.address(port) : Layer.super.address(host, port);
    }

    @Override
    public @Nullable SocketAddress from(String host) {
        return this == UNIX ? null : Layer.super.from(host);
    }

    /** How an error calls the other end. */
    String text(String host, int port) {
        return this == UNIX ? SocketPaths.address(port) + ":-1" : host + ":" + port;
    }

    @Override
    public java.net.@Nullable Socket over(java.net.Socket connection, boolean accepted) throws IOException {
        if (protocol == null) {
            return connection;
        }
        SSLSocket socket = (SSLSocket) Context.OF_BOTH_SIDES.getSocketFactory().createSocket(
                connection, NAME, connection.getPort(), true);
        socket.setUseClientMode(!accepted);
        socket.setEnabledProtocols(new String[] {protocol});
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) { // the socket under test knows why
            return null;
        }
    }
}
