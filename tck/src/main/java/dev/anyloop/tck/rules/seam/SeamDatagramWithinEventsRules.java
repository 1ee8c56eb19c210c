package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.record.RecordedPort;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Needs;
import dev.anyloop.tck.rules.seam.SeamDatagramCase.Moment;
import dev.anyloop.tck.rules.seam.SeamDatagramCase.Use;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chapter SEAM of the specification: what core does to a datagram port inside of an event, of the same one or of another one, paused
 * or not, connected or not, with input that waits. All of these, made and not written out.
 */
@Needs(Capability.DATAGRAMS)
public abstract class SeamDatagramWithinEventsRules extends SeamChapter {

    @Rule({"SEAM-016", "SEAM-017", "SEAM-018"})
    void insideSendable() {
        playAll(Moment.SENDABLE);
    }

    @Rule({"SEAM-016", "SEAM-017", "SEAM-018"})
    void insideReceivedOfAPort() {
        playAll(Moment.RECEIVED);
    }

    @Rule({"SEAM-016", "SEAM-017", "SEAM-018"})
    void insideReceiveFailed() {
        playAll(Moment.REFUSED);
    }

    @Rule({"SEAM-016", "SEAM-017", "SEAM-018"})
    void insideClosedOfAPort() {
        playAll(Moment.CLOSED);
    }

    private void playAll(Moment moment) {
        withTransport(driver -> each(SeamDatagramCase.at(moment), one -> new Play(driver, one).run()));
    }

    /** A port, and who it talks to. */
    private final class Line {

        final SeamDriver driver;
        final DatagramPeer peer = peers().datagrams(LOCALHOST, 0);
        final RecordedPort port;
        final List<String> toPeer = new ArrayList<>();
        final List<String> toPort = new ArrayList<>();
        @Nullable InetSocketAddress connected;
        boolean paused = true;
        boolean closed;

        Line(SeamDriver driver) throws IOException {
            this.driver = driver;
            port = driver.datagrams();
        }

        void connect(InetSocketAddress to) throws IOException {
            disconnect(); // as core does
            port.port().connect(to);
            connected = to;
        }

        void disconnect() throws IOException {
            if (connected != null) {
                port.port().connect(null);
                connected = null;
            }
        }

        void send(String text) throws IOException {
            port.send(text, connected == null ? peer.address() : null);
            if (connected == null || connected.equals(peer.address())) { // not to somebody who is gone
                toPeer.add(text);
            }
        }

        void hear(String text) {
            peer.send(text, port.address());
            toPort.add(text);
        }

        void pause() {
            port.port().pauseReceiving();
            paused = true;
        }

        void resume() {
            port.resume();
            paused = false;
        }

        void close() {
            port.close();
            closed = true;
        }

        /** @param all whether nothing of what was there when it was connected may be gone */
        void finish(boolean all) throws IOException {
            if (closed) {
                driver.until("closed", port::isClosed);
            } else {
                disconnect();
                resume();
                send("last");
                hear("last");
                driver.until("the last is heard and sent", () -> port.trace().contains("last") && !port.hasWaiting());
                List<String> heard = port.trace().stream().filter(each -> !each.startsWith("(")).toList();
                assertTrue(heard.equals(toPort) || !all && toPort.subList(toPort.size() - heard.size(), toPort.size()).equals(heard),
                        () -> "heard " + heard + " of " + toPort);
                close();
            }
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < toPeer.size(); i++) {
                sent.add(peer.receive().text());
            }
            assertEquals(toPeer, sent, "what the peer hears");
            peer.close();
        }
    }

    /** Of one case: two ports, of which the first has the event. */
    private final class Play {

        private final SeamDriver driver;
        private final SeamDatagramCase now;
        private final Line first;
        private final Line second;
        private final Line used;
        private boolean done;

        Play(SeamDriver driver, SeamDatagramCase now) throws IOException {
            this.driver = driver;
            this.now = now;
            first = new Line(driver);
            second = new Line(driver);
            used = now.ofAnother() ? second : first;
        }

        void run() throws IOException {
            if (now.connected()) {
                used.connect(used.peer.address());
            }
            second.hear("early");
            first.port.on(now.moment().event, this::act);
            resume(second);
            cause();
            boolean silent = used.paused && now.use() != Use.RESUME; // before it and after it
            driver.until("done", () -> done);
            driver.poll(0);
            driver.poll(0);
            if (silent) {
                assertEquals(List.of(), used.port.trace(), "what a paused port hears");
            }
            first.finish(now.use() != Use.CONNECT || used != first);
            second.finish(now.use() != Use.CONNECT || used != second);
        }

        private void resume(Line line) {
            if (line != used || !now.paused()) {
                line.resume();
            }
        }

        private void cause() throws IOException {
            switch (now.moment()) {
                case SENDABLE -> {
                    first.hear("early");
                    resume(first);
                    first.send("");
                    done = !first.port.hasWaiting(); // an engine that takes it at once has nothing to tell
                }
                case RECEIVED -> {
                    first.hear("early");
                    resume(first);
                }
                case REFUSED -> {
                    DatagramPeer gone = peers().datagrams(LOCALHOST, 0);
                    gone.close();
                    first.connect(gone.address());
                    resume(first);
                    first.port.send("nobody is there", null);
                }
                case CLOSED -> first.close();
            }
        }

        private void act() {
            if (done) {
                return;
            }
            done = true;
            try {
                switch (now.use()) {
                    case PAUSE -> used.pause();
                    case RESUME -> used.resume();
                    case SEND -> used.send("inside");
                    case CONNECT -> used.connect(used.peer.address());
                    case DISCONNECT -> used.disconnect();
                    case CLOSE -> used.close();
                }
            } catch (IOException e) {
                driver.fail(e);
            }
        }
    }
}
