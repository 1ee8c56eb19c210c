package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A kernel may say that something is ready which is not: the system call then says EAGAIN, or EINTR for a signal. */
@Timeout(30)
class FalseReadinessTest {

    private static final short EVERYTHING = Libevent.EV_READ | Libevent.EV_WRITE;

    /** Writes down what it is told. */
    private static final class Told implements ConnectionEvents, AcceptorEvents {
        private final List<String> events = new ArrayList<>();
        private LibeventConnection connection;
        private long written;

        @Override
        public ConnectionEvents accepted(Connection accepted) {
            events.add("accepted");
            connection = (LibeventConnection) accepted;
            return this;
        }

        @Override
        public void acceptFailed(IOException cause) {
            events.add("accept failed");
        }

        @Override
        public void connected() {
            events.add("connected");
        }

        @Override
        public void received(ByteBuffer bytes) {
            events.add("received " + bytes.remaining());
        }

        @Override
        public void inputEnded() {
            events.add("ended");
        }

        @Override
        public void written(int count) {
            written += count;
        }

        @Override
        public void outputFailed(IOException cause) {
            events.add("output failed");
        }

        @Override
        public void failed(IOException cause) {
            events.add("failed");
        }

        @Override
        public void closed() {
            events.add("closed");
        }
    }

    private final Told told = new Told();
    private LibeventTransport transport;

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private void pollUntil(String event) throws IOException {
        long start = System.nanoTime();
        while (!told.events.contains(event)) {
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10), () -> event + " after " + told.events);
            transport.poll(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void tellsNothing() throws IOException {
        transport = LibeventTransport.open(null);
        InetAddress here = InetAddress.getByName("127.0.0.1");
        LibeventAcceptor acceptor = (LibeventAcceptor)
                transport.listen(new InetSocketAddress(here, 0), ListenOptions.defaults(), told);
        acceptor.ready(EVERYTHING);
        assertEquals(List.of(), told.events);
        try (Socket peer = new Socket(here, ((InetSocketAddress) acceptor.localAddress()).getPort())) {
            pollUntil("accepted");
            told.connection.resumeReading();
            ByteBuffer lent = ByteBuffer.allocateDirect(32 * 1024 * 1024); // more than the kernel takes
            int taken = told.connection.write(lent);
            told.connection.ready(EVERYTHING);
            assertEquals(List.of("accepted"), told.events);
            assertEquals(lent.position() - taken, told.written);
            peer.getOutputStream().write(7);
            pollUntil("received 1");
            assertEquals(List.of("accepted", "received 1"), told.events);
        }
    }
}
