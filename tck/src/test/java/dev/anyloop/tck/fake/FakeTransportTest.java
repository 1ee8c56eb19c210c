package dev.anyloop.tck.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeTransportTest {

    private static final InetSocketAddress ANYWHERE = FakeTransport.loopback(80);

    private final FakeClock clock = new FakeClock();
    private final FakeTransport transport = new FakeTransport(clock);
    private final Log log = new Log();

    @Test
    void aPollWithNothingReadyMovesTheClockToTheDeadline() {
        long before = clock.getAsLong();
        transport.poll(Duration.ofSeconds(30).toNanos());
        assertEquals(Duration.ofSeconds(30).toNanos(), clock.getAsLong() - before);
    }

    @Test
    void aWakeupBeforeThePollKeepsTheClockStill() {
        long before = clock.getAsLong();
        transport.wakeup();
        transport.poll(1_000);
        assertEquals(before, clock.getAsLong());
        transport.poll(1_000);
        assertEquals(before + 1_000, clock.getAsLong());
    }

    @Test
    void aWaitForAWakeupThatNobodyAsksForEnds() {
        FakeWakeup wakeup = new FakeWakeup(Duration.ofMillis(1));
        IllegalStateException refused = assertThrows(IllegalStateException.class, wakeup::await);
        assertTrue(refused.getMessage().contains("no other thread has woken the loop for PT0.001S"), refused.getMessage());
        wakeup.ask();
        wakeup.await();
    }

    @Test
    void thoseWhoShareAPortGetTheConnectionsInTurn() throws IOException {
        ListenOptions shared = ListenOptions.defaults().withReusePort(true);
        List<String> accepted = new ArrayList<>();
        transport.listen(ANYWHERE, shared, new Accepting("first", accepted));
        transport.listen(ANYWHERE, shared, new Accepting("second", accepted));
        assertThrows(EngineException.class,
                () -> transport.listen(ANYWHERE, ListenOptions.defaults(), new Accepting("nobody", accepted)));
        for (int i = 0; i < 4; i++) {
            connect();
        }
        transport.poll(0);
        transport.poll(0);
        assertEquals(List.of("first", "first", "second", "second"), accepted.stream().sorted().toList());
    }

    @Test
    void aScriptedConnectWaitsForTheScript() throws IOException {
        FakeConnection connection = connect();
        transport.poll(0);
        assertEquals("", log.text());
        connection.complete();
        transport.poll(0);
        assertEquals("connected", log.text());
    }

    @Test
    void bytesEndAndFailureComeInOrderAndOnlyWhileReading() throws IOException {
        FakeConnection connection = connected();
        connection.peer().send("one").send("two").end();
        transport.poll(0);
        assertEquals("", log.text());
        connection.resumeReading();
        transport.poll(0);
        transport.poll(0);
        assertEquals("received:onetwo inputEnded", log.text());
    }

    @Test
    void aResetComesAfterTheBytesAndIsNoEnd() throws IOException {
        FakeConnection connection = connected();
        connection.resumeReading();
        connection.peer().send("last").reset();
        transport.poll(0);
        assertEquals("received:last failed:Connection reset", log.text());
        assertThrows(IOException.class, () -> connection.write(direct("x")));
    }

    @Test
    void theKernelTakesWhatItHasRoomForAndReportsTheRest() throws IOException {
        FakeConnection connection = connected();
        FakePeer peer = connection.peer().capacity(4);
        assertEquals(4, connection.write(direct("0123456789")));
        transport.poll(0);
        assertEquals("0123", new String(peer.read(4), UTF_8));
        transport.poll(0);
        assertEquals("4567", peer.readText());
        transport.poll(0);
        assertEquals("89", peer.readText());
        assertEquals("written:4 written:2", log.text());
    }

    @Test
    void outputThatFailsGivesTheLentBufferBack() throws IOException {
        FakeConnection connection = connected();
        connection.peer().capacity(1);
        connection.write(direct("abc"));
        connection.failOutput(new IOException("Broken pipe"));
        transport.poll(0);
        assertEquals("outputFailed:Broken pipe", log.text());
    }

    @Test
    void aHeldCloseIsReportedWhenItIsLetGo() throws IOException {
        FakeConnection connection = connected();
        transport.holdCloses(true);
        connection.close();
        long before = clock.getAsLong();
        transport.poll(Duration.ofHours(1).toNanos());
        assertEquals("", log.text());
        assertEquals(Duration.ofMillis(1).toNanos(), clock.getAsLong() - before);
        transport.holdCloses(false);
        transport.poll(-1);
        assertEquals("closed", log.text());
        transport.close();
    }

    @Test
    void twoEndsInMemoryTalkToEachOther() throws IOException {
        Server server = new Server();
        FakeAcceptor acceptor = transport.listen(FakeTransport.loopback(0), ListenOptions.defaults(), server);
        FakeConnection client = transport.connect(acceptor.localAddress(), null, SocketOptions.defaults(), log);
        transport.poll(0);
        client.write(direct("ping"));
        transport.poll(0);
        assertEquals("received:ping", server.log.text());
        client.close();
        transport.poll(0);
        assertEquals("received:ping inputEnded", server.log.text());
        assertEquals("connected closed", log.text());
    }

    @Test
    void aClosedAcceptorFreesItsPortWhenItSaysSo() throws IOException {
        Server server = new Server();
        FakeAcceptor first = transport.listen(FakeTransport.loopback(7), ListenOptions.defaults(), server);
        first.close();
        assertThrows(EngineException.class,
                () -> transport.listen(FakeTransport.loopback(7), ListenOptions.defaults(), server));
        transport.poll(-1);
        transport.listen(FakeTransport.loopback(7), ListenOptions.defaults(), server);
    }

    @Test
    void aFullBatchServesTheOthersNext() throws IOException {
        connect().complete();
        connect().complete();
        transport.batchSize(1);
        assertFalse(transport.poll(0));
        assertTrue(transport.poll(0));
        assertEquals("connected connected", log.text());
    }

    @Test
    void whatTheSeamForbidsThrows() throws IOException {
        FakeConnection connection = connected();
        connection.peer().capacity(0);
        assertThrows(IllegalStateException.class, () -> connection.write(ByteBuffer.allocate(1)));
        connection.write(direct("x"));
        assertThrows(IllegalStateException.class, () -> connection.write(direct("y")));
        assertThrows(IllegalStateException.class, connection::shutdownOutput);
        connection.close();
        assertThrows(IllegalStateException.class, connection::close);
        assertThrows(IllegalStateException.class, transport::close);
    }

    private FakeConnection connect() throws IOException {
        return transport.connect(ANYWHERE, null, SocketOptions.defaults(), log);
    }

    private FakeConnection connected() throws IOException {
        FakeConnection connection = connect();
        connection.complete();
        transport.poll(0);
        log.events.clear();
        return connection;
    }

    private static ByteBuffer direct(String text) {
        return ByteBuffer.allocateDirect(text.length()).put(text.getBytes(UTF_8)).flip();
    }

    /** Reads at once from whatever is accepted. */
    private static final class Server implements AcceptorEvents {
        private final Log log = new Log();

        @Override
        public ConnectionEvents accepted(Connection connection) {
            connection.resumeReading();
            return log;
        }

        @Override
        public void acceptFailed(IOException cause) {
            log.events.add("acceptFailed");
        }

        @Override
        public void closed() {
            log.events.add("acceptor closed");
        }
    }

    private record Accepting(String name, List<String> accepted) implements AcceptorEvents {

        @Override
        public ConnectionEvents accepted(Connection connection) {
            accepted.add(name);
            return new Log();
        }

        @Override
        public void acceptFailed(IOException cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void closed() {}
    }

    private static final class Log implements ConnectionEvents {
        private final List<String> events = new ArrayList<>();

        String text() {
            return String.join(" ", events);
        }

        @Override
        public void connected() {
            events.add("connected");
        }

        @Override
        public void received(ByteBuffer bytes) {
            events.add("received:" + UTF_8.decode(bytes));
        }

        @Override
        public void inputEnded() {
            events.add("inputEnded");
        }

        @Override
        public void written(int count) {
            events.add("written:" + count);
        }

        @Override
        public void outputFailed(IOException cause) {
            events.add("outputFailed:" + cause.getMessage());
        }

        @Override
        public void failed(IOException cause) {
            events.add("failed:" + cause.getMessage());
        }

        @Override
        public void closed() {
            events.add("closed");
        }
    }
}
