package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.record.RecordedSocket;
import dev.anyloop.tck.rules.Chapter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Chapter LISTEN of the specification, continued: whom a server accepts, and whom it does not. */
public abstract class AcceptingRules extends Chapter {

    private final List<RecordedSocket> sockets = new ArrayList<>();

    private RecordedSocket keep(RecordedSocket socket) {
        sockets.add(socket);
        return socket;
    }

    /** A server that echoes. */
    private Server echo(EventLoop loop) {
        return listen(loop, accepted -> keep(accepted).onRead((s, data) -> s.write(data)));
    }

    /** They connect one after the other while the loop does not turn. */
    private List<Peer> clients(Server server, int count) {
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(port(server)));
        }
        return clients;
    }

    /** Whether it is connected to somebody who echoes; if not, its connection is over. Then it is closed. */
    private static boolean isEchoed(Peer client) throws IOException {
        try {
            return client.send("echo").end().readAllText().equals("echo");
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither served nor turned away", e);
        } catch (IOException e) {
            return false;
        } finally {
            client.socket().close();
        }
    }

    // Many at once

    @Rule({"LISTEN-006", "LISTEN-001"})
    void twoHundredConnectionsWaitForALoopThatIsBusy() {
        withLoop(loop -> {
            Server server = echo(loop);
            List<Peer> clients = clients(server, 200);
            when(loop, () -> sockets.size() == 200, l -> {
                server.close();
                helper(() -> {
                    for (Peer client : clients) {
                        assertTrue(isEchoed(client));
                    }
                });
            });
        });
        assertEquals(200, sockets.size());
    }

    // Closing

    @Rule({"LISTEN-003", "ORDER-008"})
    void aServerThatIsClosedInItsAcceptCallbackAcceptsNobodyElse() {
        List<Peer> served = new ArrayList<>();
        withLoop(loop -> {
            Server server = loop.listen(LOCALHOST, 0, (listening, socket) -> accepted(socket, accepted -> {
                keep(accepted).onRead((s, data) -> s.write(data));
                listening.close();
                assertFalse(listening.isOpen());
            }));
            List<Peer> clients = clients(server, 10);
            server.onClose(closed -> helper(() -> {
                for (Peer client : clients) {
                    if (isEchoed(client)) {
                        served.add(client);
                    }
                }
            }));
        });
        assertEquals(1, sockets.size(), "accepted");
        assertEquals(1, served.size(), "served after the server was closed");
        assertEquals("data end close", sockets.get(0).trace());
    }

    @Rule({"LISTEN-003", "CLOSE-005"})
    void aServerMayBeClosedBeforeItHasAcceptedAnybodyAndAgain() {
        withLoop(loop -> {
            Server server = echo(loop);
            List<Peer> clients = clients(server, 3);
            int[] closes = new int[1];
            server.onClose(closed -> {
                assertEquals(1, ++closes[0]);
                closed.close();
                closed.pause().resume();
                helper(() -> {
                    for (Peer client : clients) {
                        assertFalse(isEchoed(client));
                    }
                });
            });
            server.close();
            server.close();
            assertEquals(0, closes[0], "inside close");
        });
        assertEquals(0, sockets.size());
    }

    // Pausing

    @Rule("LISTEN-012")
    void aPausedServerLetsPeersWaitUntilItIsResumed() {
        withLoop(loop -> {
            Server server = echo(loop);
            Peer first = client(port(server));
            when(loop, () -> sockets.size() == 1, l -> {
                server.pause().pause();
                List<Peer> waiting = clients(server, 20);
                first.send("still");
                when(loop, () -> sockets.get(0).byteCount() == 5, x -> afterQuiet(loop, quiet -> {
                    assertEquals(1, sockets.size(), "accepted while paused");
                    assertTrue(server.isOpen());
                    server.resume().resume();
                    helper(() -> {
                        assertEquals("still", first.readText(5));
                        assertTrue(isEchoed(first));
                        for (Peer peer : waiting) {
                            assertTrue(isEchoed(peer));
                        }
                        loop.execute(server::close);
                    });
                }));
            });
        });
        assertEquals(21, sockets.size());
    }

    @Rule("LISTEN-012")
    void aServerMayBePausedBeforeItAcceptsAnybodyAndClosedWhilePaused() {
        withLoop(loop -> {
            Server server = echo(loop).pause();
            List<Peer> clients = clients(server, 3);
            long turns = loop.stats().turns();
            afterQuiet(loop, quiet -> {
                assertNoSpin(loop, turns);
                server.close();
                server.resume();
                helper(() -> {
                    for (Peer client : clients) {
                        assertFalse(isEchoed(client));
                    }
                });
            });
        });
        assertEquals(0, sockets.size());
    }

    @Rule("LISTEN-012")
    void pauseAndResumeInOneTurnChangeNothing() {
        withLoop(loop -> {
            Server server = echo(loop);
            Peer client = client(port(server));
            server.pause().resume();
            helper(() -> {
                assertTrue(isEchoed(client));
                loop.execute(server::close);
            });
        });
        assertEquals("data end close", sockets.get(0).trace());
    }

    /** Some engines have accepted more when they are paused: what befalls such a socket comes after its accept callback. */
    @Rule({"LISTEN-012", "CLOSE-004"})
    void whoIsResetWhileItWaitsForAPausedServerIsAcceptedBeforeItFails() {
        withLoop(loop -> {
            Server listening = loop.listen(LOCALHOST, 0, (server, s) -> accepted(s, accepted -> {
                keep(accepted);
                if (sockets.size() == 1) {
                    server.pause();
                }
            }));
            List<Peer> clients = clients(listening, 8);
            when(loop, () -> sockets.size() == 1, l -> {
                for (Peer client : clients) {
                    client.reset();
                }
                afterQuiet(loop, quiet -> {
                    listening.resume();
                    afterQuiet(loop, later -> listening.close());
                });
            });
        });
        for (RecordedSocket socket : sockets) {
            assertEquals("error close", socket.trace());
        }
    }

    /** A loop that was stopped has more of them than one, and some engines always do. */
    @Rule({"LISTEN-012", "ORDER-001", "LOOP-006"})
    void whoeverWasAcceptedBeforeThePauseIsHandedOverAfterTheResume() {
        withOpenLoop(loop -> {
            Server server = listen(loop, accepted -> {
                keep(accepted);
                loop.stop();
            });
            List<Peer> clients = clients(server, 5);
            loop.run();
            server.pause();
            loop.execute(() -> loop.execute(() -> loop.execute(() -> { // what was cut short comes first
                int before = sockets.size();
                server.resume();
                assertEquals(before, sockets.size(), "accepted inside resume()");
            })));
            while (sockets.size() < clients.size()) {
                int before = sockets.size();
                loop.run();
                assertTrue(sockets.size() <= before + 1, "accepted after stop()");
            }
            server.close();
            sockets.forEach(socket -> socket.socket().abort());
        });
        assertEquals(5, sockets.size());
    }

    // What goes wrong

    @Rule({"LISTEN-008", "LOOP-011"})
    void anAcceptCallbackThatThrowsCostsItsConnectionOnly() {
        List<Throwable> thrown = List.of(new IllegalStateException(), new Exception(), new AssertionError());
        List<Throwable> caught = new ArrayList<>();
        withLoop(loop -> {
            loop.onUncaught((same, failure) -> caught.add(failure));
            Server server = listen(loop, accepted -> {
                keep(accepted).onRead((s, data) -> s.write(data));
                if (sockets.size() <= thrown.size()) {
                    accepted.socket().write("lost");
                    throw sneaky(thrown.get(sockets.size() - 1));
                }
            });
            List<Peer> clients = clients(server, 4);
            helper(() -> {
                assertEquals(1, countServed(clients));
                loop.execute(server::close);
            });
        });
        assertEquals(thrown, caught);
        assertEquals(List.of("close", "close", "close", "data end close"),
                sockets.stream().map(RecordedSocket::trace).toList());
    }

    private static int countServed(List<Peer> clients) throws IOException {
        int served = 0;
        for (Peer client : clients) {
            served += isEchoed(client) ? 1 : 0;
        }
        return served;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Rule({"LISTEN-008", "LOOP-011"})
    void aLoopThatAnAcceptCallbackStoppedAcceptsAgain() {
        IllegalStateException thrown = new IllegalStateException("not caught");
        withOpenLoop(loop -> {
            loop.onUncaught(null);
            Server server = listen(loop, accepted -> {
                keep(accepted).onRead((s, data) -> s.write(data));
                if (sockets.size() == 1) {
                    throw thrown;
                }
            });
            List<Peer> clients = clients(server, 2);
            assertSame(thrown, assertThrows(IllegalStateException.class, loop::run));
            helper(() -> {
                assertEquals(1, countServed(clients));
                loop.execute(server::close);
            });
            loop.run();
        });
        assertEquals(List.of("close", "data end close"), sockets.stream().map(RecordedSocket::trace).toList());
    }

    @Rule("LISTEN-010")
    void clientsThatResetBeforeTheyAreAcceptedDoNoHarm() {
        withLoop(loop -> {
            Server server = echo(loop);
            for (Peer client : clients(server, 20)) {
                client.send("gone").reset();
            }
            for (Peer client : clients(server, 20)) {
                client.reset();
            }
            Peer good = client(port(server));
            helper(() -> {
                assertTrue(isEchoed(good));
                loop.execute(server::close);
            });
        });
        assertTrue(sockets.size() <= 41, sockets.size() + " accepted");
        RecordedSocket last = sockets.remove(sockets.size() - 1);
        assertEquals("data end close", last.trace());
        for (RecordedSocket socket : sockets) {
            assertTrue(socket.trace().matches("(data )?error close"), socket.trace());
        }
    }

    @Rule({"LISTEN-001", "CONN-012"})
    void anAcceptedSocketIsOpenAndKnowsItsAddresses() {
        ListenOptions backlogOfOne = ListenOptions.defaults().withBacklog(1);
        withLoop(loop -> {
            Server server = loop.listen(LOCALHOST, 0, backlogOfOne, (listening, socket) -> {
                assertTrue(socket.isOpen());
                assertSame(loop, socket.loop());
                assertEquals(listening.localAddress(), socket.localAddress());
                socket.close();
                listening.close();
            });
            peer(port(server), Peer::drain);
        });
    }

    /** As above a loop that was stopped has some of whom nobody has heard; the server is paused when it comes to them, and then closes. */
    @Rule({"LISTEN-003", "LISTEN-012", "CLOSE-004"})
    void whoeverWaitsForAPausedServerGoesWithIt() {
        List<Peer> waiting = new ArrayList<>();
        withOpenLoop(loop -> {
            Server server = listen(loop, accepted -> {
                keep(accepted).socket().abort();
                loop.stop();
            });
            waiting.addAll(clients(server, 5));
            loop.run();
            server.pause();
            loop.execute(() -> afterQuiet(loop, quiet -> server.close()));
            loop.run();
            assertFalse(server.isOpen());
            assertEquals("0 0 0", loop.stats().openSockets() + " " + loop.stats().closingSockets() + " " + loop.stats().servers());
            helper(() -> {
                for (Peer client : waiting) {
                    assertFalse(isEchoed(client));
                }
            });
        });
        assertEquals(1, sockets.size());
    }

    @Rule({"LISTEN-006", "LISTEN-012"})
    void aPausedServerLetsAboutSoManyWaitAsItsBacklogSays() {
        assumeLinux();
        withOpenLoop(loop -> assertLetsAboutSoManyWait(
                3, loop.listen(LOCALHOST, 0, ListenOptions.defaults().withBacklog(3), (server, s) -> s.abort()).pause()));
    }
}
