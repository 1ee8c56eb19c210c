package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Chapter SEAM of the specification: many connections at once, each with input and a lent buffer, while others fail, are closed
 * and are replaced. By chance, which the seed repeats as far as the kernel lets it.
 */
public abstract class SeamBusyRules extends SeamChapter {

    private static final int LINES = 16;
    private static final int ROUNDS = 6;
    private static final int MOST_BYTES = 30_000;
    private static final int RECEIVE_BUFFER = 16 * 1024;
    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(RECEIVE_BUFFER, RECEIVE_BUFFER);

    private enum Fate { WHOLE, RESET_BY_PEER, ENDED_AND_RESET_BY_PEER, CLOSED_BY_ANOTHER }

    @Rule({"SEAM-004", "SEAM-005", "SEAM-006"})
    void whoeverIsBusyBothWaysIsNotHarmedByWhatBefallsOthers() {
        withTransport(driver -> new Crowd(driver, new Random(random().nextLong())).play());
    }

    private final class Crowd {

        private final SeamDriver driver;
        private final Random chance;
        private final List<Busy> all = new ArrayList<>();
        private final List<Busy> paused = new ArrayList<>();

        Crowd(SeamDriver driver, Random chance) {
            this.driver = driver;
            this.chance = chance;
        }

        void play() throws Exception {
            for (int i = 0; i < LINES; i++) {
                add(Fate.values()[i % Fate.values().length]);
            }
            driver.until("everybody is done", () -> {
                List.copyOf(paused).stream().filter(busy -> chance.nextInt(3) == 0).forEach(Busy::resume);
                return all.stream().allMatch(Busy::isDone);
            });
            all.forEach(busy -> busy.line.close());
            driver.until("closed", () -> all.stream().allMatch(busy -> busy.line.connection().isClosed()));
            for (Busy busy : all) {
                busy.check();
            }
        }

        void add(Fate fate) {
            try {
                Busy busy = new Busy(this, fate, chance.nextLong());
                busy.use(driver.connect(peers().listen(LOCALHOST, RECEIVE_BUFFER, busy::run), SMALL));
                all.add(busy);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Somebody has news: now and then that is the end of another, whose place a new one takes. */
        void disturb(Busy by) {
            if (chance.nextInt(8) == 0) {
                all.stream().filter(busy -> busy != by && busy.mayBeClosed()).findFirst().ifPresent(busy -> {
                    busy.closeEarly();
                    add(Fate.WHOLE);
                });
            }
            if (chance.nextInt(4) == 0 && !by.isDone()) {
                by.pause();
            }
        }
    }

    /** One connection, which lends as soon as it may, to a peer that sends and reads in turns. */
    private final class Busy {

        private final Crowd crowd;
        private final Fate fate;
        private final SeamLine line = new SeamLine();
        private final CountDownLatch over = latch(1);
        private final Random ours;
        private final Random theirs;
        private int rounds;
        private boolean shutDown;
        private boolean closedEarly;
        private boolean broken;

        Busy(Crowd crowd, Fate fate, long seed) {
            this.crowd = crowd;
            this.fate = fate;
            this.ours = new Random(seed);
            this.theirs = new Random(~seed);
        }

        // ---- the peer ----

        void run(Peer peer) throws IOException {
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    line.send(peer, bytes(theirs));
                    line.readWhatHasCome(peer);
                    if (fate == Fate.RESET_BY_PEER && round == ROUNDS / 2) {
                        peer.reset();
                        return;
                    }
                }
                peer.end();
                if (fate == Fate.ENDED_AND_RESET_BY_PEER) {
                    line.readWhatHasCome(peer);
                    peer.reset();
                    return;
                }
                line.readToTheEnd(peer);
            } catch (IOException | AssertionError e) {
                if (fate == Fate.WHOLE) {
                    throw e;
                } // else it was closed in the middle
            } finally {
                over.countDown();
            }
        }

        // ---- the driver ----

        void use(RecordedConnection connection) {
            line.use(connection);
            connection.on("connected", () -> {
                connection.resume();
                lendNext();
            }).on("received", () -> crowd.disturb(this)).on("written", () -> {
                lendNext();
                crowd.disturb(this);
            }).on("outputFailed", () -> broken = true).on("inputEnded", () -> crowd.paused.remove(this));
        }

        private void lendNext() {
            if (!line.isAllWritten() || shutDown || closedEarly) {
                return;
            }
            while (line.isAllWritten() && !broken && rounds < ROUNDS) {
                rounds++;
                lend();
            }
            if (line.isAllWritten()) {
                shutDown = true;
                line.shutDown();
            }
        }

        private void lend() {
            try {
                ByteBuffer bytes = RecordedConnection.direct(bytes(ours));
                if (ours.nextBoolean()) { // as core does
                    line.offer(bytes);
                }
                if (bytes.hasRemaining()) {
                    line.lend(bytes);
                }
            } catch (UncheckedIOException e) {
                broken = true; // it was reset
            }
        }

        void pause() {
            if (!line.connection().saw("inputEnded")) {
                line.connection().pause();
                crowd.paused.add(this);
            }
        }

        void resume() {
            crowd.paused.remove(this);
            if (!closedEarly && !line.connection().saw("failed")) {
                line.connection().resume();
            }
        }

        boolean mayBeClosed() {
            return fate == Fate.CLOSED_BY_ANOTHER && !closedEarly && isConnected();
        }

        void closeEarly() {
            closedEarly = true;
            line.close();
        }

        boolean isConnected() {
            return line.connection().saw("connected");
        }

        boolean isDone() {
            return closedEarly || line.connection().saw("failed")
                    || (shutDown || broken) && line.connection().saw("inputEnded");
        }

        void check() throws InterruptedException {
            assertTrue(over.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "a peer does not come to its end");
            line.check(fate == Fate.WHOLE);
        }
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }
}
