package dev.anyloop.uring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that are all ready for the same poll, each of which answers. */
class BatchTest {

    private static final int READY = 4;
    private static final byte[] ANSWER = "pong".getBytes(US_ASCII);
    private static final int LONG_MILLIS = 10_000;

    private final List<Answering> ready = new ArrayList<>();
    private UringTransport transport;
    private ServerSocket server;
    private int answers;

    private final class Answering extends Silent {

        private Connection connection;
        private Socket peer;
        private Runnable reaction = () -> { };

        @Override
        public void received(ByteBuffer bytes) {
            answers++;
            answer();
            reaction.run();
        }

        private void answer() {
            ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER.length).put(ANSWER).flip();
            try {
                connection.offer(answer);
                if (answer.hasRemaining()) {
                    connection.write(answer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether its peer has the answer within that time. */
        private boolean isAnswered(int millis) {
            try {
                peer.setSoTimeout(millis);
                return new String(peer.getInputStream().readNBytes(ANSWER.length), US_ASCII).equals("pong");
            } catch (IOException e) {
                return false;
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        transport = new UringTransport(Features.probed());
        server = new ServerSocket(0, READY, InetAddress.getLoopbackAddress());
        for (int i = 0; i < READY; i++) {
            Answering each = new Answering();
            each.connection = transport.connect(server.getLocalSocketAddress(), null, SocketOptions.defaults(), each);
            each.peer = server.accept();
            ready.add(each);
            while (!each.connected) {
                transport.poll(-1);
            }
        }
        for (Answering each : ready) { // after the polls, so that the next one finds them all
            each.peer.getOutputStream().write('x');
            each.connection.resumeReading();
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Answering each : ready) {
            each.peer.close();
            each.connection.close();
        }
        server.close();
        transport.close();
    }

    private void pollUntilAllHaveReceived() throws IOException {
        while (answers < READY) {
            transport.poll(-1);
        }
    }

    @Test
    void answersOfABatchAreHandedOverTogether() throws IOException {
        List<Boolean> waiting = new ArrayList<>();
        ready.forEach(each -> each.reaction = () -> waiting.add(transport.ring().hasUnsubmitted()));
        pollUntilAllHaveReceived();
        assertEquals(List.of(true, true, true, true), waiting);
        assertFalse(transport.ring().hasUnsubmitted());
        for (Answering each : ready) {
            assertTrue(each.isAnswered(LONG_MILLIS));
            assertEquals(ANSWER.length, each.written);
        }
    }

    /** What the others wait for is over when the next one begins. */
    @Test
    void aCallbackThatTakesLongHoldsBackOnlyWhatWasAnsweredJustBefore() throws IOException {
        List<Answering> told = new ArrayList<>();
        List<Boolean> answered = new ArrayList<>();
        for (Answering each : ready) {
            each.reaction = () -> {
                told.add(each);
                if (told.size() == 2) {
                    takeLong();
                } else if (told.size() == 3) {
                    answered.add(told.get(0).isAnswered(LONG_MILLIS));
                    answered.add(told.get(1).isAnswered(LONG_MILLIS));
                }
            };
        }
        pollUntilAllHaveReceived();
        assertEquals(List.of(true, true), answered);
    }

    private static void takeLong() {
        long end = System.nanoTime() + Duration.ofMillis(1).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** As for want of memory: nobody else pays for it. */
    @Test
    void whatWasAnsweredBeforeAnEventThrowsIsHandedOver() {
        List<Answering> told = new ArrayList<>();
        for (Answering each : ready) {
            each.reaction = () -> {
                told.add(each);
                if (told.size() == READY - 1) {
                    throw new OutOfMemoryError("as if");
                }
            };
        }
        assertThrows(OutOfMemoryError.class, this::pollUntilAllHaveReceived);
        assertFalse(told.isEmpty());
        for (Answering each : told) {
            assertTrue(each.isAnswered(LONG_MILLIS));
        }
    }

    /** Core had no memory for it when the answer was given: until that is handed over its descriptor is nobody else's (SEAM-002). */
    @Test
    void whatWaitsToBeSentKeepsTheDescriptorOfAConnectionThatIsRefused() throws IOException {
        List<Integer> descriptors = new ArrayList<>();
        List<Boolean> waiting = new ArrayList<>();
        Answering refused = new Answering();
        Acceptor acceptor = transport.listen(new InetSocketAddress("127.0.0.1", 0), ListenOptions.defaults(), new AcceptorEvents() {
            @Override
            public ConnectionEvents accepted(Connection connection) {
                if (!descriptors.isEmpty()) {
                    return new Silent();
                }
                refused.connection = connection;
                refused.answer();
                descriptors.add(Loads.openDescriptors());
                throw new OutOfMemoryError("as if");
            }

            @Override
            public void acceptFailed(IOException cause) {
                descriptors.add(Loads.openDescriptors());
                waiting.add(transport.ring().hasUnsubmitted());
            }

            @Override
            public void closed() {}
        });
        for (Answering each : ready) {
            each.connection.pauseReading();
        }
        transport.poll(0);
        InetSocketAddress address = (InetSocketAddress) acceptor.localAddress();
        try (Socket first = new Socket(address.getAddress(), address.getPort());
                Socket second = new Socket(address.getAddress(), address.getPort())) {
            while (waiting.isEmpty()) {
                transport.poll(-1);
            }
            assertEquals(List.of(true), waiting);
            assertEquals(descriptors.get(0), descriptors.get(1));
            transport.poll(0);
            first.setSoTimeout(LONG_MILLIS);
            assertEquals("pong", new String(first.getInputStream().readAllBytes(), US_ASCII)); // and then the end
            assertEquals(descriptors.get(0) - 1, Loads.openDescriptors());
            assertTrue(second.isConnected());
        }
        acceptor.close();
    }

    @Test
    void whatIsLargeOrLastDoesNotWait() throws IOException {
        Batch batch = new Batch(new Handles(), 0);
        assertFalse(batch.takes(1), "nobody is told anything");
        batch.begins(2);
        assertTrue(batch.takes(4096));
        assertFalse(batch.takes(4097));
        batch.told(transport.ring());
        assertFalse(batch.takes(1), "nothing waits, and nothing is to be told");
        batch.taken();
        assertTrue(batch.takes(1));
        batch.ends(transport.ring());
        assertFalse(batch.takes(1), "it is over");
    }

    /** Or it would be told of twice before others were told of at all (SEAM-008). */
    @Test
    void nothingWaitsWhereAPollDoesNotTellOfAll() throws IOException {
        Handles handles = new Handles();
        Batch batch = new Batch(handles, 1);
        handles.add(null);
        batch.begins(2);
        assertTrue(batch.takes(1));
        handles.add(null);
        batch.begins(2);
        assertFalse(batch.takes(1));
    }

    @Test
    void whatIsAnsweredAloneDoesNotWaitForAnything() throws IOException {
        pollUntilAllHaveReceived();
        for (Answering each : ready) {
            assertTrue(each.isAnswered(LONG_MILLIS));
        }
        Answering last = ready.get(0);
        List<Boolean> answered = new ArrayList<>();
        last.reaction = () -> answered.add(last.isAnswered(LONG_MILLIS));
        answers = READY - 1;
        last.peer.getOutputStream().write('x');
        pollUntilAllHaveReceived();
        assertEquals(List.of(true), answered);
    }
}
