package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedAcceptor;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.seam.SeamCase.Moment;
import dev.anyloop.tck.rules.seam.SeamCase.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Chapter SEAM of the specification: what core does to a handle inside of an event, of the same one or of another one, with a
 * buffer lent and without, and with the other direction ready in the same poll. All of these, made and not written out.
 */
public abstract class SeamWithinEventsRules extends SeamChapter {

    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(0, 16 * 1024);
    private static final int RECEIVE_BUFFER = 16 * 1024;

    /** More than the kernel takes with such buffers. */
    private static final int MUCH = 128 * 1024;
    private static final int FEW = 1_000;

    // For all cases of a test.
    private byte[] toFirst = {};
    private byte[] toSecond = {};

    @Rule({"SEAM-003", "SEAM-005", "SEAM-006"})
    void insideConnected() {
        playAll(Moment.CONNECTED);
    }

    @Rule({"SEAM-005", "SEAM-006", "SEAM-011"})
    void insideReceived() {
        playAll(Moment.RECEIVED);
    }

    @Rule({"SEAM-005", "SEAM-006", "SEAM-007"})
    void insideInputEnded() {
        playAll(Moment.INPUT_ENDED);
    }

    @Rule({"SEAM-005", "SEAM-006", "SEAM-011"})
    void insideWritten() {
        playAll(Moment.WRITTEN);
    }

    @Rule({"SEAM-005", "SEAM-006", "SEAM-007"})
    void insideFailed() {
        playAll(Moment.FAILED);
    }

    @Rule({"SEAM-005", "SEAM-006"})
    void insideClosedOfAConnection() {
        playAll(Moment.CLOSED);
    }

    @Rule({"SEAM-003", "SEAM-005", "SEAM-006"})
    void insideAccepted() {
        playAll(Moment.ACCEPTED);
    }

    @Rule({"SEAM-005", "SEAM-006"})
    void insideClosedOfAnAcceptor() {
        playAll(Moment.ACCEPTOR_CLOSED);
    }

    /** Of which the second takes the first back, or does not wait for it. */
    @Rule({"SEAM-005", "SEAM-006", "SEAM-011"})
    void twoThingsInsideOneEvent() {
        for (Moment moment : Moment.values()) {
            playAll(SeamCase.ofTwoAt(moment));
        }
    }

    private void playAll(Moment moment) {
        playAll(SeamCase.at(moment));
    }

    private void playAll(List<SeamCase> cases) {
        toFirst = randomBytes(MUCH);
        toSecond = randomBytes(MUCH);
        withTransport(driver -> each(cases, one -> new Play(driver, one).run()));
    }

    /** Of one case: two connections, of which the first has the event. */
    private final class Play {

        private final SeamDriver driver;
        private final SeamCase now;
        private final SeamLine first = new SeamLine();
        private final SeamLine second = new SeamLine();
        private final List<SeamLine> lines; // that there are
        private final CountDownLatch begun;
        private final CountDownLatch go = latch(1);
        private final CountDownLatch caused;
        private final CountDownLatch over;
        private boolean done;

        Play(SeamDriver driver, SeamCase now) {
            this.driver = driver;
            this.now = now;
            lines = now.moment() == Moment.ACCEPTOR_CLOSED ? List.of(second) : List.of(second, first);
            begun = latch(lines.size());
            caused = latch(lines.size());
            over = latch(lines.size());
        }

        void run() throws Exception {
            second.use(driver.connected(server(second, Moment.CLOSED), SMALL)).connection().resume();
            if (now.lent()) {
                second.lend(RecordedConnection.direct(toSecond), driver);
            }
            switch (now.moment()) {
                case CONNECTED -> connected();
                case ACCEPTED -> accepted();
                case ACCEPTOR_CLOSED -> acceptorClosed();
                default -> event();
            }
            for (SeamLine line : lines) {
                finish(line);
            }
            await(over);
            lines.forEach(SeamLine::check);
        }

        // ---- how it comes to the event ----

        private void connected() throws Exception {
            first.use(driver.connect(server(first, Moment.CONNECTED), SMALL)).connection().on("connected", this::act);
            go();
            driver.until("done", () -> done);
        }

        private void accepted() throws Exception {
            RecordedAcceptor acceptor = driver.listen(0).onAccepted(connection -> {
                first.use(connection);
                act();
            });
            peer(acceptor.port(), script(first, Moment.ACCEPTED));
            go();
            driver.until("done", () -> done);
            acceptor.close();
        }

        private void acceptorClosed() throws Exception {
            RecordedAcceptor acceptor = driver.listen(0).onClosed(this::act);
            go();
            acceptor.close();
            driver.until("done", () -> done);
        }

        private void event() throws Exception {
            first.use(driver.connected(server(first, now.moment()), SMALL)).connection().on(now.moment().event, this::act);
            if (now.moment() == Moment.FAILED) { // who sends may hear of it first
                first.connection().on("outputFailed", this::act);
            }
            if (now.lent()) {
                first.lend(RecordedConnection.direct(toFirst), driver);
            }
            go();
            if (now.moment() == Moment.CLOSED) {
                first.close();
            } else {
                first.connection().resume();
            }
            driver.until("done", () -> done);
        }

        /** What the peers do is there for one poll to find; unless they are secured, and need polls themselves. */
        private void go() throws Exception {
            await(driver, begun);
            go.countDown();
            await(driver, caused);
        }

        // ---- the peers ----

        private int server(SeamLine line, Moment cause) {
            return peers().listen(LOCALHOST, RECEIVE_BUFFER, script(line, cause));
        }

        private PeerScript script(SeamLine line, Moment cause) {
            return peer -> {
                if (now.ready()) {
                    sendFew(line, peer);
                }
                begun.countDown();
                peer.await(go);
                cause(line, peer, cause);
                caused.countDown();
                if (cause != Moment.FAILED) {
                    line.readToTheEnd(peer);
                }
                over.countDown();
            };
        }

        private void sendFew(SeamLine line, Peer peer) {
            try {
                line.send(peer, randomBytes(FEW));
            } catch (IOException e) {
                // A connection that is secured was told of before, and may have been closed in that event.
            }
        }

        private void cause(SeamLine line, Peer peer, Moment cause) throws IOException {
            switch (cause) {
                case RECEIVED -> line.send(peer, randomBytes(FEW));
                case INPUT_ENDED -> peer.end();
                case WRITTEN -> line.readWhatIsThere(peer);
                case FAILED -> peer.reset();
                default -> {
                    // It is not the peer's to cause.
                }
            }
            if (now.ready() && isLent(line) && cause != Moment.FAILED && cause != Moment.WRITTEN) {
                line.readWhatIsThere(peer);
            }
        }

        private boolean isLent(SeamLine line) {
            return now.lent() && (line == second || !now.moment().isFirst());
        }

        // ---- inside the event ----

        private void act() {
            SeamLine line = now.ofAnother() ? second : first;
            if (done || now.isOutput() && !line.isAllWritten()) {
                return; // once, and not before it may be
            }
            done = true;
            act(now.use(), line);
            if (now.then() != null) {
                act(now.then(), line);
            }
        }

        private void act(Use use, SeamLine line) {
            switch (use) {
                case PAUSE -> line.connection().pause();
                case RESUME -> line.connection().resume();
                case OFFER -> line.offer(random(FEW));
                case LEND -> line.lend(random(FEW));
                case SHUT_DOWN -> line.shutDown();
                case CLOSE -> line.close();
            }
        }

        // ---- after it ----

        private void finish(SeamLine line) throws IOException {
            if (now.last() == Use.PAUSE && line == (now.ofAnother() ? second : first)) {
                int chunks = line.connection().chunks();
                driver.poll(0);
                driver.poll(0);
                assertTrue(line.connection().chunks() <= chunks + 1, "it goes on reading after a pause");
            }
            line.finish(driver, random(FEW));
        }
    }

    private void await(SeamDriver driver, CountDownLatch latch) throws Exception {
        if (medium() == Medium.TCP) {
            await(latch);
        } else {
            driver.until("a peer comes", () -> latch.getCount() == 0);
        }
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS), "a peer does not come");
    }

    private ByteBuffer random(int size) {
        return RecordedConnection.direct(randomBytes(size));
    }
}
