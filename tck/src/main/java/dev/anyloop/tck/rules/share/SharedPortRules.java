package dev.anyloop.tck.rules.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.Capability;
import dev.anyloop.ErrorKind;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.NetworkException;
import dev.anyloop.Server;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.Needs;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chapter SHARE of the specification, continued: a port that several servers listen on. Each tells its name to whom it accepts. What
 * an engine does when it opens a socket is asked at addresses of both families, since it may open those of one in another way.
 */
@Needs(Capability.REUSE_PORT)
public abstract class SharedPortRules extends Chapter {

    private static final String LOCALHOST6 = "::1";
    private static final String FIRST = "1";
    private static final String SECOND = "2";
    private static final int CROWD = 200;
    private static final int MOST_PORTS = 100;

    private static final ListenOptions ALONE = ListenOptions.defaults();
    private static final ListenOptions SHARED = ALONE.withReusePort(true);

    /** What each server has accepted, by its name. */
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();

    private Server serve(EventLoop loop, String host, int port, ListenOptions options, String name) {
        return loop.listen(host, port, options, (server, socket) -> accepted(socket, a -> {
            accepted.merge(name, 1, Integer::sum);
            a.socket().write(name);
            a.onRead((s, data) -> s.write(data));
        }));
    }

    private Server share(EventLoop loop, int port, String name) {
        return serve(loop, LOCALHOST, port, SHARED, name);
    }

    /** One address of each family there is here. */
    private List<String> hosts() {
        return hasIpv6() ? List.of(LOCALHOST, LOCALHOST6) : List.of(LOCALHOST);
    }

    private static String wildcard(String host) {
        return host.equals(LOCALHOST6) ? "::" : "0.0.0.0";
    }

    private List<String> hostsAndWildcards() {
        return hosts().stream().flatMap(host -> Stream.of(host, wildcard(host))).toList();
    }

    private void assertInUse(EventLoop loop, String host, int port, ListenOptions options) {
        NetworkException refused =
                assertThrows(NetworkException.class, () -> serve(loop, host, port, options, "nobody").close(), host);
        assertEquals(ErrorKind.ADDRESS_IN_USE, refused.kind());
    }

    private List<Peer> clients(int port, int count) {
        return clients(LOCALHOST, port, count);
    }

    private List<Peer> clients(String host, int port, int count) {
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(host, port));
        }
        return clients;
    }

    /** The name of the server that has accepted it, which also echoes; nothing if the connection is over before. */
    private static String served(Peer client) throws IOException {
        try {
            String all = client.send("echo").end().readAllText();
            String name = all.substring(0, Math.min(1, all.length()));
            assertEquals(name.isEmpty() ? "" : name + "echo", all);
            return name;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither served nor turned away", e);
        } catch (IOException e) {
            return "";
        } finally {
            client.socket().close();
        }
    }

    /** How many were served by each. */
    private static Map<String, Integer> served(List<Peer> clients) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (Peer client : clients) {
            counts.merge(served(client), 1, Integer::sum);
        }
        return counts;
    }

    // Who may share

    @Rule({"SHARE-001", "LISTEN-005"})
    void aPortIsSharedByAllWhoAskForItAndByNobodyElse() {
        for (String host : hostsAndWildcards()) {
            withLoop(loop -> {
                Server first = serve(loop, host, 0, SHARED, FIRST);
                Server second = serve(loop, host, port(first), SHARED, SECOND);
                assertEquals(first.localAddress(), second.localAddress());
                assertInUse(loop, host, port(first), ALONE);
                helper(() -> {
                    withLoop(other -> {
                        serve(other, host, port(first), SHARED, "3").close();
                        assertInUse(other, host, port(first), ALONE);
                    });
                    loop.execute(first::close);
                    loop.execute(second::close);
                });
            });
        }
    }

    @Rule({"SHARE-001", "LISTEN-005"})
    void aPortThatIsNotSharedIsSharedWithNobody() {
        for (String host : hostsAndWildcards()) {
            withLoop(loop -> {
                Server alone = serve(loop, host, 0, ALONE, FIRST);
                assertInUse(loop, host, port(alone), SHARED);
                helper(() -> {
                    withLoop(other -> assertInUse(other, host, port(alone), SHARED));
                    loop.execute(alone::close);
                });
            });
        }
    }

    @Rule({"SHARE-001", "ERR-005"})
    @Needs(Capability.UNIX_SOCKETS)
    void aPathIsNotShared() {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("nowhere.sock");
        withLoop(loop -> {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> loop.listen(path, SHARED, (server, socket) -> { }).close()).getMessage();
            assertTrue(message.contains("reusePort of nowhere.sock"), message);
        });
    }

    @Rule({"SHARE-003", "LISTEN-001"})
    void portZeroIsAPortOfItsOwn() {
        withLoop(loop -> {
            Server first = share(loop, 0, FIRST);
            Server second = share(loop, 0, SECOND);
            assertNotEquals(port(first), port(second));
            first.close();
            second.close();
        });
    }

    // Who gets what

    @Rule({"SHARE-002", "LISTEN-006"})
    void ofACrowdTheServersOfTwoLoopsGetSomeEach() {
        List<Map<String, Integer>> served = Collections.synchronizedList(new ArrayList<>());
        withLoop(loop -> {
            Server first = share(loop, 0, FIRST);
            helper(() -> {
                withLoop(other -> {
                    Server second = share(other, port(first), SECOND);
                    helper(() -> {
                        served.add(served(clients(port(first), CROWD)));
                        other.execute(second::close);
                    });
                });
                loop.execute(first::close);
            });
        });
        assertSpread(served.get(0));
    }

    @Rule({"SHARE-002", "LISTEN-006"})
    void ofACrowdTwoServersOfOneLoopGetSomeEach() {
        for (String host : hosts()) {
            accepted.clear();
            List<Map<String, Integer>> served = Collections.synchronizedList(new ArrayList<>());
            withLoop(loop -> {
                Server first = serve(loop, host, 0, SHARED, FIRST);
                Server second = serve(loop, host, port(first), SHARED, SECOND);
                List<Peer> clients = clients(host, port(first), CROWD); // while the loop does not turn
                helper(() -> {
                    served.add(served(clients));
                    loop.execute(first::close);
                    loop.execute(second::close);
                });
            });
            assertSpread(served.get(0));
        }
    }

    private void assertSpread(Map<String, Integer> served) {
        assertEquals(new TreeMap<>(accepted), served, "accepted and served");
        assertEquals(CROWD, served.values().stream().mapToInt(Integer::intValue).sum(), () -> "accepted: " + served);
        assertEquals(List.of(FIRST, SECOND), List.copyOf(served.keySet()), () -> "one got them all: " + served);
    }

    @Rule({"SHARE-002", "LISTEN-012"})
    void whoIsGivenToAPausedServerWaitsForIt() {
        withLoop(loop -> {
            Server first = share(loop, 0, FIRST).pause();
            Server second = share(loop, port(first), SECOND);
            List<Peer> clients = clients(port(first), CROWD);
            afterQuiet(loop, quiet -> {
                assertEquals(0, accepted.getOrDefault(FIRST, 0), "accepted while paused");
                assertTrue(accepted.getOrDefault(SECOND, 0) < CROWD, "one got them all");
                first.resume();
                helper(() -> {
                    assertSpread(served(clients));
                    loop.execute(first::close);
                    loop.execute(second::close);
                });
            });
        });
    }

    @Rule("SHARE-004")
    void aServerAtTheVeryAddressComesBeforeOneAtTheWildcard() {
        for (String host : hosts()) {
            withLoop(loop -> {
                Server wildcard = serve(loop, wildcard(host), 0, SHARED, "w");
                assertComesFirst(loop, host, serve(loop, host, port(wildcard), SHARED, "a"), wildcard);
            });
            withLoop(loop -> {
                Server exact = serve(loop, host, 0, SHARED, "a");
                Server wildcard = serveIfFree(loop, wildcard(host), port(exact), "w");
                for (int ports = 1; wildcard == null; ports++) {
                    assertTrue(ports < MOST_PORTS, "on no port");
                    exact.close();
                    exact = serve(loop, host, 0, SHARED, "a");
                    wildcard = serveIfFree(loop, wildcard(host), port(exact), "w");
                }
                assertComesFirst(loop, host, exact, wildcard);
            });
        }
    }

    /** Old connections from other addresses of this machine may hold a port that is free at one of them. */
    private @Nullable Server serveIfFree(EventLoop loop, String host, int port, String name) {
        try {
            return serve(loop, host, port, SHARED, name);
        } catch (NetworkException e) {
            assertEquals(ErrorKind.ADDRESS_IN_USE, e.kind());
            return null;
        }
    }

    private void assertComesFirst(EventLoop loop, String host, Server exact, Server wildcard) {
        int port = port(exact);
        helper(() -> {
            assertEquals(Map.of("a", 20), servedBy(clients(host, port, 20)));
            loop.execute(() -> exact.onClose(closed -> helper(() -> {
                assertEquals(Map.of("w", 20), servedBy(clients(host, port, 20)));
                loop.execute(wildcard::close);
            })).close());
        });
    }

    /** Without a word from them. */
    private static Map<String, Integer> servedBy(List<Peer> clients) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (Peer client : clients) {
            counts.merge(client.readText(1), 1, Integer::sum);
            client.socket().close();
        }
        return counts;
    }

    // Who closes

    @Rule({"SHARE-005", "LISTEN-003", "CLOSE-006"})
    void afterOneHasClosedTheOtherGetsAllAndWhatWasAcceptedStaysOpen() {
        withLoop(loop -> {
            Server first = share(loop, 0, FIRST);
            Server second = share(loop, port(first), SECOND);
            List<Peer> before = clients(port(first), CROWD);
            when(loop, () -> accepted.values().stream().mapToInt(Integer::intValue).sum() == CROWD, all -> first
                    .onClose(closed -> helper(() -> {
                        assertEquals(Map.of(SECOND, 50), served(clients(port(second), 50)));
                        assertEquals(CROWD, served(before).values().stream().mapToInt(Integer::intValue).sum());
                        loop.execute(second::close);
                    })).close());
        });
        assertEquals(CROWD + 50, accepted.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Rule({"SHARE-005", "LISTEN-012"})
    void whoWaitsForOneThatClosesIsTurnedAwayOrServedByTheOther() {
        List<Map<String, Integer>> served = Collections.synchronizedList(new ArrayList<>());
        withLoop(loop -> {
            Server first = share(loop, 0, FIRST).pause();
            Server second = share(loop, port(first), SECOND);
            List<Peer> clients = clients(port(first), CROWD);
            afterQuiet(loop, quiet -> first.onClose(closed -> helper(() -> {
                served.add(served(clients));
                assertEquals(Map.of(SECOND, 1), served(clients(port(second), 1)));
                loop.execute(second::close);
            })).close());
        });
        Map<String, Integer> counts = served.get(0);
        assertEquals(0, counts.getOrDefault(FIRST, 0), "served by the one that was paused");
        assertEquals(CROWD, counts.getOrDefault("", 0) + counts.getOrDefault(SECOND, 0), counts::toString);
        assertTrue(counts.getOrDefault(SECOND, 0) > 0, counts::toString);
    }
}
