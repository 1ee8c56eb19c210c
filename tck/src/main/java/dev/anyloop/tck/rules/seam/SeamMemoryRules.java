package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.SocketOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.record.RecordedConnection;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Medium;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.run.Memory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Chapter SEAM of the specification: the memory that a transport leaves, in which connections were closed at odd moments. */
public abstract class SeamMemoryRules extends SeamChapter {

    private static final List<String> EVENTS = List.of("received", "written", "inputEnded", "outputFailed", "failed");
    private static final SocketOptions SMALL = SocketOptions.defaults().withBufferSizes(0, 16 * 1024);
    private static final int RECEIVE_BUFFER = 16 * 1024;

    /** More than the kernel takes with such buffers. */
    private static final int MUCH = 128 * 1024;
    private static final int FEW = 1_000;

    private static final int POLLS = 5;
    private static final int TRANSPORTS = 10;

    /** The smallest leak there can be is a page each time. */
    private static final int MOST_BYTES = TRANSPORTS * 4 * 1024;

    /** The collector may come by in the middle of a look, and take what was there before. */
    private static final int MOST_LOOKS = 3;

    private final List<ByteBuffer> buffers = new ArrayList<>(); // of one transport after the other
    private final ByteBuffer read = ByteBuffer.allocateDirect(MUCH);

    /** What the peer does when it has sent something. */
    private enum End { READS, ENDS, RESETS }

    /**
     * Nothing may be left to the collector but what every transport leaves to it: not all memory that an engine can be told to
     * use is the collector's.
     */
    @Rule("SEAM-010")
    @NeedsSystem("the memory of a process")
    @NotOver(value = Medium.TLS_1_3, because = NotOver.IS_BELOW)
    void whoeverIsClosedInsideAnEventLeavesNoMemory() {
        leftBy(true); // and makes what is made once
        long more = Long.MAX_VALUE;
        for (int looks = 0; looks < MOST_LOOKS && more > MOST_BYTES; looks++) {
            more = Math.min(more, leftBy(true) - leftBy(false));
        }
        assertTrue(more <= MOST_BYTES, more + " bytes more after " + TRANSPORTS + " transports");
    }

    private long leftBy(boolean closing) {
        long before = Memory.directBytes();
        for (int i = 0; i < TRANSPORTS; i++) {
            withTransport(driver -> live(driver, closing));
        }
        return Memory.directBytesNow() - before;
    }

    private void live(SeamDriver driver, boolean closing) throws IOException {
        List<SocketChannel> peers = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER).bind(new InetSocketAddress(LOCALHOST, 0));
            for (String event : EVENTS) {
                for (End end : End.values()) {
                    RecordedConnection connection = driver.connected(server.socket().getLocalPort(), SMALL);
                    if (closing) {
                        connection.on(event, connection::close);
                    }
                    peers.add(server.accept());
                    play(connection, peers.get(peers.size() - 1), end, buffer(peers.size() - 1));
                }
            }
            for (int i = 0; i < POLLS; i++) {
                driver.poll(0);
            }
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private ByteBuffer buffer(int number) {
        if (number == buffers.size()) {
            buffers.add(ByteBuffer.allocateDirect(MUCH));
        }
        return buffers.get(number).clear();
    }

    /** So that one poll finds input, or its end, and room for output; or a reset. */
    private void play(RecordedConnection connection, SocketChannel peer, End end, ByteBuffer much) throws IOException {
        connection.offer(much); // as core does, or an engine need not send before it polls
        connection.write(much);
        connection.resume();
        peer.write(ByteBuffer.allocate(FEW));
        switch (end) {
            case READS -> readWhatIsThere(peer);
            case ENDS -> {
                readWhatIsThere(peer);
                peer.shutdownOutput();
            }
            case RESETS -> peer.setOption(StandardSocketOptions.SO_LINGER, 0).close();
        }
    }

    private void readWhatIsThere(SocketChannel peer) throws IOException {
        peer.read(read.clear());
        peer.configureBlocking(false);
        while (peer.read(read.clear()) > 0) {
            // What it is does not matter.
        }
    }
}
