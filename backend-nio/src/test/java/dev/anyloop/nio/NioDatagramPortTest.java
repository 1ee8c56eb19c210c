package dev.anyloop.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.DatagramOptions;
import dev.anyloop.core.transport.DatagramEvents;
import dev.anyloop.core.transport.DatagramPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of datagrams without bytes, which the JDK's channels do not send as they should. */
class NioDatagramPortTest implements DatagramEvents {

    private static final int MANY = 150;

    private final List<String> told = new ArrayList<>();
    private DatagramPort port;

    @Override
    public void received(ByteBuffer data, InetSocketAddress sender) {
        told.add(UTF_8.decode(data).toString());
    }

    @Override
    public void receiveFailed(IOException cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void sendable() {
        throw new AssertionError("a datagram without bytes was sent at once");
    }

    @Override
    public void sendFailed(IOException cause, InetSocketAddress to) {
        throw new AssertionError(cause);
    }

    @Override
    public void closed() {
        told.add("closed");
    }

    @Test
    void oneWithoutBytesWaitsForRoomAlsoAfterThereWasNoMemoryToMakeUseOfIt() throws IOException {
        NioTransport transport = new NioTransport();
        try {
            port = transport.datagram(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DatagramOptions.defaults(),
                    new NioDatagramPortTest() {
                        @Override
                        public void sendable() {
                            throw new OutOfMemoryError("none for core");
                        }
                    });
            assertFalse(sendToItself(""));
            assertThrows(OutOfMemoryError.class, () -> transport.poll(-1));
            assertFalse(sendToItself(""));
            port.close();
            transport.poll(-1);
        } finally {
            transport.close();
        }
    }

    @Test
    void theRoomMayHaveBeenForOneOnly() throws IOException {
        NioTransport transport = new NioTransport();
        List<Boolean> taken = new ArrayList<>();
        try {
            port = transport.datagram(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DatagramOptions.defaults(),
                    new NioDatagramPortTest() {
                        @Override
                        public void sendable() {
                            taken.add(NioDatagramPortTest.this.sendToItself("x"));
                            taken.add(NioDatagramPortTest.this.sendToItself(""));
                        }
                    });
            assertFalse(sendToItself(""));
            transport.poll(-1);
            assertEquals(List.of(true, false), taken);
            port.close();
            transport.poll(-1);
        } finally {
            transport.close();
        }
    }

    private boolean sendToItself(String text) {
        try {
            return port.send(ByteBuffer.allocateDirect(text.length()).put(text.getBytes(UTF_8)).flip(), port.localAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatHasComeIsToldInItsOrderAndAFewAtATime() throws IOException {
        NioTransport transport = new NioTransport();
        try (DatagramChannel peer = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = transport.datagram(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DatagramOptions.defaults(), this);
            port.connect((InetSocketAddress) peer.getLocalAddress());
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                sent.add("datagram " + i);
                peer.send(ByteBuffer.wrap(sent.get(i).getBytes(UTF_8)), port.localAddress());
            }
            assertTrue(port.send(ByteBuffer.allocateDirect(0), null));
            transport.poll(0);
            assertEquals(List.of(), told, "paused");
            port.resumeReceiving();
            int polls = 0;
            for (int before = 0; told.size() < MANY; before = told.size()) {
                transport.poll(-1);
                polls++;
                assertTrue(told.size() - before <= 64, told.size() - before + " in one poll");
            }
            assertTrue(polls < MANY / 2, polls + " polls for " + MANY);
            peer.send(ByteBuffer.wrap("after".getBytes(UTF_8)), port.localAddress());
            transport.poll(-1);
            sent.add("after");
            assertEquals(sent, told);
            port.close();
            while (!told.contains("closed")) {
                transport.poll(-1);
            }
        } finally {
            transport.close();
        }
    }
}
