package dev.anyloop.libevent;

import com.sun.jna.NativeLibrary;
import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Connects, accepts and aborts again and again, and prints the resident memory after a tenth and at the end. Run with
 * {@code -Danyloop.libevent} naming the counting library, it ends with status 1 unless everything made was freed.
 */
final class OpenCloseCycles {

    private static final int AT_ONCE = 50;

    private final int cycles;
    private int begun;
    private int ended;
    private int failed;

    private OpenCloseCycles(int cycles) {
        this.cycles = cycles;
    }

    public static void main(String[] args) throws IOException {
        NativeLibrary counting = NativeLibrary.getInstance(System.getProperty(LibeventLibrary.PROPERTY));
        int cycles = Integer.parseInt(args[0]);
        new OpenCloseCycles(AT_ONCE).run(); // loads what there is to load
        long descriptors = openDescriptors();
        long early = new OpenCloseCycles(cycles / 10).run();
        long late = new OpenCloseCycles(cycles - cycles / 10).run();
        long made = counting.getFunction("counting_made").invokeLong(new Object[0]);
        long freed = counting.getFunction("counting_freed").invokeLong(new Object[0]);
        long left = openDescriptors() - descriptors;
        System.out.printf("%,d cycles: %,d events made, %,d freed; resident %,d KiB after a tenth, %,d KiB at the end;"
                + " %d descriptors left%n", cycles, made, freed, early, late, left);
        System.exit(made == freed && made > cycles && late <= early + 8 * 1024 && left <= 0 ? 0 : 1);
    }

    /** Returns the resident memory at the end, in KiB. */
    private long run() throws IOException {
        try (EventLoop loop = EventLoop.open()) {
            Server server = loop.listen("127.0.0.1", 0, (it, socket) -> socket.onError((s, reset) -> {}).write("x"));
            for (int i = 0; i < AT_ONCE; i++) {
                connect(loop, server);
            }
            loop.run();
        }
        if (failed > 0) {
            throw new IllegalStateException(failed + " connections failed");
        }
        System.gc();
        return resident();
    }

    private void connect(EventLoop loop, Server server) {
        if (begun == cycles) {
            return;
        }
        begun++;
        Socket socket = loop.connect(server.localAddress(), ConnectOptions.defaults());
        socket.pause(); // aborted with a byte unread it sends a reset, so that no port is left waiting
        socket.onConnect(s -> loop.execute(s::abort)).onError((s, error) -> failed++).onClose((s, error) -> {
            if (++ended == cycles) {
                server.close();
            } else {
                connect(loop, server);
            }
        });
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow();
    }

    private static long openDescriptors() {
        return Path.of("/proc/self/fd").toFile().list().length;
    }
}
