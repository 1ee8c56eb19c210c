package dev.anyloop.tck.rules.timeout;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.Medium.TLS_1_3;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.run.Descriptors;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;

/**
 * Chapter TIMEOUT of the specification, continued: what the kernel has got while a callback kept the loop busy comes
 * before a timeout. Beside each socket is one whose peer does nothing, and whose timeout has to fire.
 */
public abstract class SlowCallbackRules extends TimeoutChapter {

    private static final Duration TO_GO_AS_FAR_AS_IT_GOES = Duration.ofMillis(20);
    private static final int PIECE = 16 * 1024;

    private CountDownLatch connected;
    private CountDownLatch blocked;
    private CountDownLatch done;

    @BeforeEach
    void makeLatches() {
        connected = latch(2);
        blocked = latch(1);
        done = latch(1);
    }

    /**
     * When both are connected, and what they write has gone as far as it goes, their timeouts begin at once, right before the
     * loop is kept busy: so none of them is looked at before that, however little of the processors there is.
     */
    private void blockWhenConnected(EventLoop loop, SocketCallback begin) {
        when(loop, () -> connected.getCount() == 0, then -> loop.timer(TO_GO_AS_FAR_AS_IT_GOES, timer -> {
            for (RecordedSocket each : sockets) {
                begin.run(each.socket());
            }
            loop.execute(this::blockWhileThePeerActs);
        }));
    }

    /** Lets the peer do what it does, and keeps the loop busy for longer than all timeouts. */
    private void blockWhileThePeerActs() {
        blocked.countDown();
        until(() -> done.getCount() == 0, () -> "the peer did nothing");
        block(timeout().multipliedBy(2));
    }

    private void assertTimedOut(int index, ErrorKind kind) {
        assertEquals(kind, sockets.get(index).expectedCloseError().kind());
    }

    @Rule("TIMEOUT-007")
    void bytesThatCameDuringASlowCallbackPreventTheReadTimeout() {
        int speaking = peerServer(peer -> {
            peer.await(blocked).send("in time");
            done.countDown();
            peer.hold();
        });
        int silent = peerServer(Peer::hold);
        withLoop(loop -> {
            for (int port : new int[] {speaking, silent}) {
                keep(connect(loop, port)).onConnect(s -> connected.countDown()).onRead((s, data) -> s.close());
            }
            blockWhenConnected(loop, s -> s.readTimeout(timeout()));
        });
        assertEquals("connect data close", sockets.get(0).trace());
        assertEquals("in time", sockets.get(0).text());
        assertTimedOut(1, ErrorKind.READ_TIMEOUT);
    }

    /**
     * The first callback is of another socket, in the poll in which the timeout is found to be due; the second is for the bytes that put
     * it off, and when it comes back, these are older than the timeout. But then there are others.
     */
    @Rule({"TIMEOUT-007", "TIMEOUT-003"})
    void bytesThatCameDuringTheSlowCallbacksOfOthersPreventTheReadTimeout() {
        CountDownLatch heard = latch(1);
        CountDownLatch sentMore = latch(1);
        CountDownLatch begun = latch(1);
        int speaking = peerServer(peer -> {
            peer.await(blocked).send("in");
            done.countDown();
            peer.await(heard).send(" time");
            sentMore.countDown();
            peer.hold();
        });
        int silent = peerServer(Peer::hold);
        int first = peerServer(peer -> peer.await(begun).send("go").hold());
        withLoop(loop -> {
            for (int port : new int[] {speaking, silent}) {
                keep(connect(loop, port)).onConnect(s -> connected.countDown()).onRead((s, data) -> {
                    if (heard.getCount() == 0) {
                        s.close();
                    } else {
                        heard.countDown();
                        until(() -> sentMore.getCount() == 0, () -> "the peer sent no more");
                        block(timeout().multipliedBy(2));
                    }
                });
            }
            connect(loop, first).onRead((s, data) -> {
                sockets.forEach(each -> each.socket().readTimeout(timeout()));
                blockWhileThePeerActs();
                s.close();
            });
            when(loop, () -> connected.getCount() == 0, then -> begun.countDown());
        });
        assertEquals("connect data close", sockets.get(0).trace());
        assertEquals("in time", sockets.get(0).text());
        assertTimedOut(1, ErrorKind.READ_TIMEOUT);
    }

    @Rule("TIMEOUT-007")
    void roomThatCameDuringASlowCallbackPreventsTheWriteTimeout() {
        stallTwo(s -> s.writeTimeout(timeout()));
        assertEquals("connect close", sockets.get(0).trace());
        assertTimedOut(1, ErrorKind.WRITE_TIMEOUT);
    }

    @Rule({"TIMEOUT-007", "CLOSE-002"})
    void roomThatCameDuringASlowCallbackPreventsTheCloseTimeout() {
        stallTwo(Socket::close);
        assertEquals("connect close", sockets.get(0).trace());
        assertTimedOut(1, ErrorKind.CLOSE_TIMEOUT);
    }

    /**
     * Two sockets with more to send than there is room for; only one of the peers begins to read, all that has come, which makes room
     * for all that its socket has left: so that it does not matter how late the peer is with the next.
     */
    private void stallTwo(SocketCallback onStall) {
        int reading = smallPeerServer(peer -> {
            peer.await(blocked);
            for (int size = 1024; size > 0; size = peer.input().available()) {
                peer.read(size);
            }
            done.countDown();
            peer.drain();
        });
        int stalled = smallPeerServer(Peer::hold);
        withLoop(loop -> {
            for (int port : new int[] {reading, stalled}) {
                keep(connect(loop, port, SMALL.withCloseTimeout(timeout()))).onConnect(s -> {
                    if (port == reading) {
                        writeUntilBlocked(s);
                    } else {
                        s.write(new byte[big()]);
                    }
                    connected.countDown();
                });
            }
            blockWhenConnected(loop, onStall);
        });
        assertNull(sockets.get(0).closeError());
    }

    private void writeUntilBlocked(Socket socket) {
        socket.write(ByteBuffer.allocate(PIECE), (same, error) -> {
            if (error == null && blocked.getCount() > 0) {
                writeUntilBlocked(same);
            } else {
                same.close();
            }
        });
    }

    @Rule({"TIMEOUT-007", "CONN-003"})
    @NotOver(value = {TLS_1_3, TLS_1_2}, because = "a connection that is made is not secure yet, and its timeout goes on")
    void aConnectionMadeDuringASlowCallbackPreventsTheConnectTimeout() {
        int port = peerServer(Peer::drain);
        int silent = silentPort();
        ConnectOptions options = connectOptions().withConnectTimeout(timeout());
        withLoop(loop -> {
            keep(record(loop.connect(address(port), options))).onConnect(Socket::close);
            keep(record(loop.connect(address(silent), options)));
            block(timeout().multipliedBy(3));
        });
        assertEquals("connect close", sockets.get(0).trace());
        assertTimedOut(1, ErrorKind.CONNECT_TIMEOUT);
    }

    /** Many timeouts are due at once, and the bytes of all are there: not one of them may fire. */
    @Rule("TIMEOUT-007")
    void noneOfManySocketsTimesOutForASlowCallback() {
        int many = 50;
        CountDownLatch allConnected = latch(many);
        CountDownLatch allSent = latch(many);
        int port = peerServer(peer -> {
            peer.await(blocked).send("x");
            allSent.countDown();
            peer.drain();
        });
        withLoop(loop -> {
            for (int i = 0; i < many; i++) {
                keep(connect(loop, port)).onConnect(s -> allConnected.countDown()).onRead((s, data) -> s.close());
            }
            when(loop, () -> allConnected.getCount() == 0, l -> {
                sockets.forEach(socket -> socket.socket().readTimeout(timeout()));
                blocked.countDown();
                allSent.await(limits().mustHappen().toNanos(), TimeUnit.NANOSECONDS);
                block(timeout().multipliedBy(2));
            });
        });
        sockets.forEach(socket -> assertEquals("connect data close", socket.trace()));
    }

    /**
     * More are ready at once than an engine reports at once, and the timeouts of all are marked in the turn of the slow
     * callback: those it has not come to yet must not be taken for silent.
     */
    @Rule("TIMEOUT-007")
    @NotOver(value = {TLS_1_3, TLS_1_2}, because = "1,100 handshakes take long, and show no more of an engine than connections do")
    void noneOfMoreSocketsThanOnePollReportsTimesOutForASlowCallback() {
        int many = 1_100;
        Descriptors.assume(2 * many + 200);
        List<Peer> clients = new ArrayList<>();
        withLoop(loop -> {
            int port = port(loop.listen(address(0), listenOptions(), (server, s) -> accepted(s, socket -> {
                if (sockets.size() < many) {
                    keep(socket).onRead((same, data) -> same.close());
                } else {
                    server.close();
                    s.close();
                    for (RecordedSocket each : sockets) {
                        each.socket().readTimeout(timeout());
                    }
                    for (Peer client : clients) {
                        client.send("x");
                    }
                    block(timeout().multipliedBy(2));
                }
            })));
            helper(() -> {
                for (int i = 0; i < many; i++) {
                    clients.add(client(port));
                }
                done.countDown();
            });
            when(loop, () -> done.getCount() == 0 && sockets.size() == many, l ->
                    client(port)); // whose accept callback is the slow one
        });
        sockets.forEach(socket -> assertEquals("data close", socket.trace()));
    }
}
