package dev.anyloop.benchmarks.servers;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Starts one server in this JVM: {@code ServerMain <mode> <server> [<detail>…]}. Its first line says on which port it
 * listens. With {@link Identity#VARIABLE} in its environment it serves over TLS; with {@link #PATH} it listens there too, from before
 * that line on.
 */
public final class ServerMain {

    /** At which path else it listens, in the environment of a server. */
    public static final String PATH = "BENCH_PATH";

    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        new Console().start();
        Mode mode = Mode.valueOf(args[0].toUpperCase(Locale.ROOT));
        subject(args, Identity.given(), path()).serve(mode, port -> System.out.println("port " + port));
        new CountDownLatch(1).await(); // some serve on threads of their own, daemons among them
    }

    private static @Nullable Path path() {
        String path = System.getenv(PATH);
        return path == null ? null : Path.of(path);
    }

    private static Subject subject(String[] args, @Nullable Identity identity, @Nullable Path path) throws Exception {
        return switch (args[1]) {
            case "anyloop" -> new AnyloopServer(args[2], args.length > 3 ? args[3] : null, identity, path);
            case "nio" -> identity == null ? new NioServer(path) : new SecureNioServer(identity.context());
            case "netty" -> new NettyServer(NettyTransport.valueOf(args[2].toUpperCase(Locale.ROOT)), identity, path);
            case "vertx" -> new VertxServer(identity);
            case "microhttp" -> new MicrohttpServer();
            case "async" -> new AsyncChannelServer();
            case "virtual" -> new VirtualThreadServer();
            default -> throw new IllegalArgumentException("no such server: " + args[1]);
        };
    }
}
