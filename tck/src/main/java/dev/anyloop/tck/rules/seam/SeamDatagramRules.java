package dev.anyloop.tck.rules.seam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.DatagramOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.DatagramPeer;
import dev.anyloop.tck.record.RecordedPort;
import dev.anyloop.tck.record.SeamDriver;
import dev.anyloop.tck.rules.Needs;
import dev.anyloop.tck.rules.NeedsSystem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Chapter SEAM of the specification: datagrams. */
@Needs(Capability.DATAGRAMS)
public abstract class SeamDatagramRules extends SeamChapter {

    private static final int MOST_IN_A_POLL = 64;

    private DatagramPeer datagramPeer() {
        return peers().datagrams(LOCALHOST, 0);
    }

    @Rule("SEAM-016")
    void whatIsSentGoesInItsOrderEmptyOnesToo() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams();
            List<String> sent = List.of("one", "", "two", "three", "", "");
            for (String text : sent) {
                port.send(text, peer.address());
            }
            helper(() -> {
                for (int i = 0; i < sent.size(); i++) {
                    heard.add(peer.receive().text());
                }
            });
            driver.quiet();
        });
        assertEquals(List.of("one", "", "two", "three", "", ""), heard);
    }

    @Rule({"SEAM-016", "SEAM-014"})
    void whatIsTakenIsSentThoughTheLoopTurnsNoMore() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams();
            port.send("hello", peer.address());
            assertEquals("hello", peer.receive().text()); // on this very thread
        });
    }

    @Rule("SEAM-016")
    void whatIsTakenIsSentThoughThePortIsClosed() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams();
            for (int i = 0; i < 20; i++) {
                port.send("datagram " + i, peer.address());
            }
            port.close();
            helper(() -> {
                for (int i = 0; i < 20; i++) {
                    heard.add(peer.receive().text());
                }
            });
            driver.until("closed", port::isClosed);
        });
        assertEquals(20, heard.size());
    }

    /** Each that comes brings the next, so that there is always input as well. */
    @Rule({"SEAM-016", "SEAM-008"})
    void whoHasInputIsToldOfRoomToo() {
        DatagramPeer peer = datagramPeer();
        List<String> heard = new ArrayList<>();
        withTransport(driver -> {
            RecordedPort flooding = driver.datagrams();
            RecordedPort port = driver.datagrams().resume();
            port.onReceived(() -> {
                try {
                    flooding.send("more", port.address());
                    flooding.send("more", port.address());
                    if (port.trace().size() == 3 * MOST_IN_A_POLL) {
                        port.send("", peer.address());
                        port.send("after it", peer.address());
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            flooding.send("first", port.address());
            helper(() -> {
                heard.add(peer.receive().text());
                heard.add(peer.receive().text());
            });
            driver.until("both are heard", () -> port.trace().size() > 3 * MOST_IN_A_POLL && !port.hasWaiting());
            port.onReceived(() -> {});
        });
        assertEquals(List.of("", "after it"), heard);
    }

    @Rule("SEAM-017")
    void aPortStartsPausedAndTellsEachDatagramInsideAPoll() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams();
            peer.send("one", port.address()).send("", port.address()).send("two", port.address());
            driver.quiet();
            assertEquals(List.of(), port.trace());
            port.resume();
            driver.until("all have come", () -> port.trace().size() == 3);
            assertEquals(List.of("one", "", "two"), port.trace());
            port.senders().forEach(sender -> assertEquals(peer.address(), sender));
        });
    }

    @Rule({"SEAM-017", "SEAM-008"})
    void aPollTellsAFewOfManyAndSaysSo() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort flooded = driver.datagrams().resume();
            RecordedPort other = driver.datagrams().resume();
            for (int i = 0; i < 3 * MOST_IN_A_POLL; i++) {
                peer.send("x", flooded.address());
            }
            peer.send("x", other.address());
            int[] before = new int[1];
            driver.until("all have come", () -> {
                int now = flooded.trace().size();
                assertTrue(now - before[0] <= MOST_IN_A_POLL, (now - before[0]) + " in one poll");
                before[0] = now;
                assertTrue(now <= MOST_IN_A_POLL || other.trace().size() == 1, "the other has to wait");
                return now == 3 * MOST_IN_A_POLL;
            });
        });
    }

    @Rule("SEAM-017")
    void afterAPauseLittleComes() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            port.onReceived(() -> port.port().pauseReceiving());
            for (int i = 0; i < 3 * MOST_IN_A_POLL; i++) {
                peer.send("datagram " + i, port.address());
            }
            driver.until("one has come", () -> !port.trace().isEmpty());
            driver.quiet();
            assertTrue(port.trace().size() <= MOST_IN_A_POLL, port.trace().size() + " after a pause");
            port.onReceived(() -> {}).resume();
            driver.until("all have come", () -> port.trace().size() == 3 * MOST_IN_A_POLL);
            for (int i = 0; i < 3 * MOST_IN_A_POLL; i++) {
                assertEquals("datagram " + i, port.trace().get(i));
            }
        });
    }

    @Rule("SEAM-017")
    void aRefusalIsToldOnceAndIsNotTheEnd() {
        DatagramPeer gone = datagramPeer();
        gone.close();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            port.port().connect(gone.address());
            port.send("nobody is there", null);
            driver.until("refused", () -> port.trace().size() == 1);
            driver.quiet();
            assertEquals(List.of("(receiveFailed)"), port.trace());
            DatagramPeer peer = datagramPeer();
            port.port().connect(peer.address());
            port.send("hello", null);
            helper(() -> peer.send("heard " + peer.receive().text(), port.address()));
            driver.until("answered", () -> port.trace().size() == 2);
            assertEquals("heard hello", port.trace().get(1));
        });
    }

    @Rule({"SEAM-017", "SEAM-016"})
    void aConnectedPortMayTakeAnotherPeerOrNone() {
        DatagramPeer first = datagramPeer();
        DatagramPeer second = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            InetSocketAddress before = port.address();
            port.port().connect(first.address());
            port.port().connect(second.address());
            second.send("second", before);
            driver.until("heard", () -> port.trace().size() == 1);
            port.port().connect(null);
            first.send("first", before);
            driver.until("heard", () -> port.trace().size() == 2);
            port.send("to first", first.address());
            assertEquals("to first", first.receive().text());
            assertEquals(List.of("second", "first"), port.trace());
        });
    }

    /** Core does not try it with a peer that is there still, but the seam lets it. */
    @Rule({"SEAM-016", "SEAM-017"})
    @NeedsSystem("broadcasts")
    void whoCannotHaveAnotherPeerHasNone() {
        assumeLinux();
        DatagramPeer before = datagramPeer();
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            port.port().connect(before.address());
            InetSocketAddress everybody = new InetSocketAddress("127.255.255.255", peer.address().getPort());
            assertThrows(IOException.class, () -> port.port().connect(everybody));
            port.send("to one", peer.address());
            helper(() -> peer.send("heard " + peer.receive().text(), port.address()));
            driver.until("answered", () -> port.trace().size() == 1);
            assertEquals(List.of("heard to one"), port.trace());
        });
    }

    @Rule("SEAM-018")
    void aPortIsFreeWhenItIsClosed() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            InetSocketAddress address = port.address();
            assertThrows(IOException.class, () -> driver.transport().datagram(address, DatagramOptions.defaults(), port));
            peer.send("unheard", address);
            port.close();
            while (!port.isClosed()) {
                driver.poll(-1);
            }
            assertEquals(List.of(), port.trace());
            DatagramPeer next = peers().datagrams(LOCALHOST, address.getPort());
            next.close();
        });
    }

    @Rule({"SEAM-018", "SEAM-010"})
    void aTransportThatIsClosedFreesItsPorts() {
        withTransport(driver -> {
            int before = descriptorCount();
            SeamDriver another = driver.another(open());
            another.datagrams().resume();
            another.datagrams();
            another.transport().close();
            assertEquals(before, descriptorCount());
        });
    }

    @Rule("SEAM-018")
    void aPortMayBeClosedInsideItsEvent() {
        DatagramPeer peer = datagramPeer();
        withTransport(driver -> {
            RecordedPort port = driver.datagrams().resume();
            port.onReceived(port::close);
            for (int i = 0; i < 10; i++) {
                peer.send("x", port.address());
            }
            driver.until("closed", port::isClosed);
            driver.quiet();
            assertEquals(List.of("x"), port.trace());
        });
    }

    @Rule({"SEAM-018", "SEAM-015", "SEAM-010"})
    void anotherThreadReleasesThePortsThatADeadOwnerLeft() {
        DatagramPeer peer = datagramPeer();
        withTransport(living -> {
            int before = descriptorCount();
            List<RecordedPort> ports = new ArrayList<>();
            SeamDriver[] driver = new SeamDriver[1];
            Thread[] owner = new Thread[1];
            CountDownLatch left = latch(1);
            helper(() -> {
                owner[0] = Thread.currentThread();
                driver[0] = living.another(open());
                ports.add(driver[0].datagrams().resume());
                ports.add(driver[0].datagrams());
                driver[0].poll(0);
                left.countDown();
            });
            until(() -> left.getCount() == 0 && !owner[0].isAlive(), () -> "the owner does not end");
            driver[0].inherit();
            peer.send("unheard", ports.get(0).address());
            ports.forEach(RecordedPort::close);
            driver[0].until("all is released", () -> ports.stream().allMatch(RecordedPort::isClosed));
            ports.forEach(port -> assertEquals(List.of(), port.trace()));
            driver[0].transport().close();
            living.until("every descriptor is gone", () -> descriptorCount() <= before);
        });
    }
}
