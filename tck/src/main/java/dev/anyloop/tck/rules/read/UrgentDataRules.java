package dev.anyloop.tck.rules.read;

import static dev.anyloop.tck.rules.Medium.TLS_1_2;
import static dev.anyloop.tck.rules.Medium.TLS_1_3;
import static dev.anyloop.tck.rules.Medium.UNIX;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.PeerScript;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.NotOver;
import dev.anyloop.tck.rules.SocketChapter;
import java.util.concurrent.CountDownLatch;

/** Chapter READ of the specification, continued: a peer that sends urgent data, which no socket of ours asked for. */
public abstract class UrgentDataRules extends SocketChapter {

    @Rule({"READ-003", "READ-004"})
    @NeedsSystem("urgent data")
    @NotOver(value = UNIX, because = "Unix-domain sockets have no urgent data")
    @NotOver(value = {TLS_1_3, TLS_1_2}, because = "a byte between two records is no TLS")
    void urgentDataAmongTheOthersDisturbsThemNot() {
        PeerScript script = peer -> {
            peer.send("one");
            peer.socket().sendUrgentData('!');
            peer.send("two");
            peer.socket().sendUrgentData('?');
            peer.send("three").end().readAll();
        };
        for (RecordedSocket socket : bothWays(script, socket -> {})) {
            assertEquals("data end close", traceOf(socket));
            assertEquals("onetwothree", socket.text().replaceAll("[!?]", "")); // dropped or in their places
        }
    }

    @Rule({"READ-003", "RES-004"})
    @NeedsSystem("urgent data")
    @NotOver(value = UNIX, because = "Unix-domain sockets have no urgent data")
    void anUrgentByteAloneIsNoEventAndDoesNotSpin() {
        CountDownLatch[] sent = new CountDownLatch[1];
        PeerScript script = peer -> {
            peer.send("one").read(1);
            peer.socket().sendUrgentData('!');
            sent[0].countDown();
            peer.read(1);
            peer.send("two").end().readAll();
        };
        for (RecordedSocket socket : bothWays(script, socket -> {
            sent[0] = latch(1);
            whenConnected(socket, s -> when(s.loop(), () -> socket.byteCount() == 3, loop -> {
                s.write("x");
                when(loop, () -> sent[0].getCount() == 0, l -> {
                    long turns = loop.stats().turns();
                    afterQuiet(loop, quiet -> {
                        assertNoSpin(loop, turns);
                        assertEquals("data", traceOf(socket));
                        s.write("x");
                    });
                });
            }));
        })) {
            assertEquals("data end close", traceOf(socket));
            assertEquals("onetwo", socket.text().replace("!", ""));
        }
    }
}
