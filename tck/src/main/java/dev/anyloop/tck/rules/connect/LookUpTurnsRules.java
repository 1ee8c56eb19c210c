package dev.anyloop.tck.rules.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.Resolver;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.SocketChapter;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Chapter CONN of the specification: names that wait until it is their turn to be looked up. */
public abstract class LookUpTurnsRules extends SocketChapter {

    private static final int MOST_AT_A_TIME = 32;
    private static final int WAITING = 20;

    @Rule("CONN-006")
    void namesThatWaitAreAskedForInTheOrderOfTheConnects() {
        CountDownLatch go = latch(1);
        CountDownLatch end = latch(1);
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        List<String> expected = new ArrayList<>();
        Resolver resolver = host -> {
            if (host.startsWith("waiting")) {
                asked.add(host);
            } else {
                awaitOrGiveUp(host.equals("first.test") ? go : end);
            }
            throw new UnknownHostException(host);
        };
        try {
            withLoop(resolving(resolver), loop -> {
                record(loop.connect("first.test", 80)); // whose turn all of those pass on that wait
                List<RecordedSocket> stuck = new ArrayList<>();
                for (int i = 1; i < MOST_AT_A_TIME; i++) {
                    stuck.add(record(loop.connect("stuck.test", 80)));
                }
                for (int i = 0; i < WAITING; i++) {
                    expected.add("waiting" + i + ".test");
                    record(loop.connect(expected.get(i), 80));
                }
                go.countDown();
                when(loop, () -> asked.size() == WAITING, l -> stuck.forEach(socket -> socket.socket().abort()));
            });
        } finally {
            end.countDown();
        }
        assertEquals(expected, asked);
    }

    private static void awaitOrGiveUp(CountDownLatch latch) throws UnknownHostException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new UnknownHostException("interrupted");
        }
    }
}
