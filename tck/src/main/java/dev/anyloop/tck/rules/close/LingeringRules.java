package dev.anyloop.tck.rules.close;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Chapter CLOSE of the specification, continued: for how long a socket that has closed discards what its peer still sends. */
public abstract class LingeringRules extends Chapter {

    private static final int ANSWER = 1_000;
    private static final int PAUSES = 3;
    private static final Duration PAUSE = Duration.ofMillis(700);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration NEARLY = Duration.ofMillis(900);
    private static final int TRIES = 5;

    /** The client rests now and then, not for a second, and reads last; when it is silent for good it is waited for no longer. */
    @Rule("CLOSE-003")
    void aClientThatRestsGetsTheAnswerAndOneThatIsSilentIsLeft() {
        for (int tries = 0; !isAnsweredAndLeft() && tries < TRIES; tries++) {
            // the machine was too busy for a pause of less than a second
        }
    }

    private boolean isAnsweredAndLeft() {
        AtomicReference<Duration> longest = new AtomicReference<>(Duration.ZERO);
        AtomicReference<Throwable> cut = new AtomicReference<>();
        CountDownLatch asked = latch(1);
        AtomicLong last = new AtomicLong();
        AtomicLong closed = new AtomicLong();
        withLoop(loop -> {
            Server server = listen(loop, accepted -> {
                accepted.onClose((s, error) -> closed.set(nanoTime())).socket().pause();
                when(loop, () -> asked.getCount() == 0, unread -> {
                    accepted.socket().write(new byte[ANSWER]);
                    accepted.socket().close();
                });
            });
            peer(port(server), peer -> {
                peer.send("ask");
                last.set(nanoTime());
                asked.countDown();
                try {
                    for (int i = 0; i < PAUSES; i++) {
                        block(PAUSE);
                        peer.send("x");
                        Duration pause = Duration.ofNanos(nanoTime() - last.getAndSet(nanoTime()));
                        longest.accumulateAndGet(pause, (one, other) -> one.compareTo(other) > 0 ? one : other);
                    }
                    assertEquals(ANSWER, peer.readAll().length);
                } catch (IOException e) {
                    cut.set(e);
                }
                until(() -> closed.get() != 0, () -> "a silent client is waited for");
                loop.execute(server::close);
                peer.hold();
            });
        });
        if (longest.get().compareTo(NEARLY) >= 0) {
            return false;
        }
        assertNull(cut.get(), "to a client that rested for " + longest);
        Duration waited = Duration.ofNanos(closed.get() - last.get());
        assertTrue(waited.compareTo(SILENCE.plus(limits().promptly())) < 0, "a silent client is left only after " + waited);
        return true;
    }
}
