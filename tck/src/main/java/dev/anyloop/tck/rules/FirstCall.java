package dev.anyloop.tck.rules;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.run.Descriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that asks for a loop, then makes the first connection of its process, over IPv6, when no descriptor is left, and the second
 * when there are some. Prints how that went.
 */
public final class FirstCall {

    /** What it prints if all is well. */
    public static final String EXPECTED = "left of a loop: 0, TOO_MANY_OPEN_FILES, then connects";

    /** What it prints where there is nothing to connect to. */
    public static final String WITHOUT_IPV6 = "no ::1";

    private static final String LOCALHOST = "::1";

    private FirstCall() {}

    /** Of the backend that the named class makes. */
    public static void main(String[] args) throws Exception {
        EventLoopProvider provider = Remade.provider(args[0]);
        if (provider == null) {
            System.out.println(Remade.NOT);
            return;
        }
        provider.availability();
        provider.open(LoopOptions.defaults()).close();
        long left = ofEngines();
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getByName(LOCALHOST))) {
            System.out.println("left of a loop: " + left + ", " + connects(provider, server.getLocalPort()));
        } catch (IOException e) {
            System.out.println(WITHOUT_IPV6);
        }
    }

    /** The JDK keeps a socket for itself. */
    private static long ofEngines() {
        return Descriptors.ofThisProcess().keySet().stream().filter(target -> target.startsWith("anon_inode:")).count();
    }

    private static String connects(EventLoopProvider provider, int port) throws IOException {
        List<String> outcomes = new ArrayList<>();
        TakenDescriptors taken = new TakenDescriptors();
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            loadAll(EventLoop.class);
            loadAll(loop.getClass());
            loadAll(provider.getClass());
            taken.takeAll();
            loop.run(l -> connect(l, port, outcomes, () -> {
                taken.freeAll();
                connect(l, port, outcomes, () -> {});
            }));
        }
        return String.join(", then ", outcomes);
    }

    private static void connect(EventLoop loop, int port, List<String> outcomes, Runnable then) {
        loop.connect(LOCALHOST, port)
                .onConnect(socket -> {
                    outcomes.add("connects");
                    socket.close();
                })
                .onError((socket, error) -> outcomes.add(error.kind().toString()))
                .onClose((socket, error) -> then.run());
    }

    /** All classes that came with this one, for which there would be no descriptor to read them with. None of them begins to do anything. */
    private static void loadAll(Class<?> one) throws IOException {
        URI origin = URI.create(one.getProtectionDomain().getCodeSource().getLocation().toString());
        Path path = Path.of(origin);
        if (Files.isDirectory(path)) {
            loadAll(path, one.getClassLoader());
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(path)) {
                loadAll(jar.getPath("/"), one.getClassLoader());
            }
        }
    }

    private static void loadAll(Path root, ClassLoader loader) {
        try (Stream<Path> files = Files.walk(root)) {
            files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("-"))
                    .forEach(name -> load(name.substring(0, name.length() - ".class".length()).replace('/', '.'), loader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            // For another JDK, or with something that is not there.
        }
    }
}
