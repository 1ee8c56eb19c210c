package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code -During.cycles=1000000} for as many, with a small heap: {@code -Dcompilers=-Xmx64m}. */
class OpenCloseCyclesTest {

    private static final int CYCLES = Integer.getInteger("uring.cycles", 3_000);
    private static final int AT_ONCE = 50;

    /** The heap's own ups and downs are among it; so it tells most with many cycles and a small heap. */
    private static final int MOST_GROWTH_KIB = 64 * 1024;

    private int begun;
    private int ended;
    private int failed;

    @Test
    void nothingGrowsWithTheConnectionsThatHaveBeen() throws IOException {
        long before = run(CYCLES / 10);
        int descriptors = Loads.openDescriptors();
        long after = run(CYCLES);
        System.out.printf("%,d cycles: resident %,d KiB after a tenth, %,d KiB at the end%n", CYCLES, before, after);
        assertEquals(0, failed);
        assertTrue(Loads.openDescriptors() <= descriptors, "descriptors are left open");
        assertTrue(after < before + MOST_GROWTH_KIB, before + " KiB have become " + after);
    }

    /** Returns the resident memory at the end. */
    private long run(int cycles) throws IOException {
        try (EventLoop loop = Loads.open(Features.probed())) {
            Server server = loop.listen("127.0.0.1", 0, (it, socket) -> socket.onError((s, reset) -> {}).write("x"));
            begun = 0;
            ended = 0;
            for (int i = 0; i < AT_ONCE; i++) {
                connect(loop, server, cycles);
            }
            loop.run();
            return Loads.residentMemory();
        }
    }

    /** Aborted with a byte unread it sends a reset, so that no port is left waiting. */
    private void connect(EventLoop loop, Server server, int cycles) {
        if (begun == cycles) {
            return;
        }
        begun++;
        Socket socket = loop.connect(server.localAddress(), ConnectOptions.defaults());
        socket.pause();
        socket.onConnect(s -> loop.execute(s::abort)).onError((s, error) -> failed++).onClose((s, error) -> {
            if (++ended == cycles) {
                server.close();
            } else {
                connect(loop, server, cycles);
            }
        });
    }
}
