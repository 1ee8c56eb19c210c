package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.ErrorKind;
import dev.anyloop.ListenOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a network and its hosts can do to a connection, each seen through an ordinary socket. */
class FaultsTest {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation sim = Simulation.withSeed(1);
    private final Log log = new Log();
    private final Log served = new Log();
    private Socket socket;
    private Socket accepted;
    private Server server;

    @BeforeEach
    void listen() {
        sim.host("server").start(loop -> server = loop.listen(null, 7, options(), (same, it) -> {
            accepted = it;
            served.of(it);
        }));
        sim.host("client");
        sim.advance(Duration.ZERO);
    }

    private static ListenOptions options() {
        return ListenOptions.defaults().withBacklog(2)
                .withSocket(SocketOptions.defaults().withAllowHalfOpen(true));
    }

    @AfterEach
    void close() {
        sim.close();
    }

    private void connect() {
        connect(ConnectOptions.defaults());
    }

    private void connect(ConnectOptions options) {
        sim.host("client").start(loop -> log.of(socket = loop.connect("server", 7, options)));
        sim.advance(Duration.ZERO);
    }

    private void connected() {
        connect();
        sim.runUntil(() -> accepted != null && log.has("connect"));
    }

    /** In the loop of the client. */
    private void client(Runnable action) {
        socket.loop().execute(action);
        sim.advance(Duration.ZERO);
    }

    private void server(Runnable action) {
        accepted.loop().execute(action);
        sim.advance(Duration.ZERO);
    }

    // ---- the plain way ----

    @Test
    void bytesAndEndsArriveInBothDirections() {
        connected();
        client(() -> {
            socket.write("hello");
            socket.end();
        });
        sim.advance(SOON);
        assertEquals("hello", served.text());
        assertEquals("end", served.toString());
        server(() -> {
            accepted.write("world");
            accepted.end();
        });
        sim.advance(SOON);
        assertEquals("world", log.text());
        assertEquals("connect end close", log.toString());
        assertEquals("end close", served.toString());
    }

    @Test
    void aReaderThatPausesStopsTheWriter() {
        connected();
        server(() -> accepted.pause());
        client(() -> socket.write(new byte[1_000_000]));
        sim.advance(SOON);
        long[] pending = new long[1];
        client(() -> pending[0] = socket.pendingBytes());
        assertEquals(1_000_000 - 2 * 65_536, pending[0]); // what fits into one end and the other
        server(() -> accepted.resume());
        sim.advance(SOON);
        assertEquals(1_000_000, served.bytes());
    }

    @Test
    void whoClosesOverUnreadBytesResets() {
        connected();
        server(() -> accepted.pause());
        client(() -> socket.write("unread"));
        sim.advance(SOON);
        server(() -> accepted.abort());
        sim.advance(SOON);
        assertEquals("connect CONNECTION_RESET close", log.toString());
    }

    @Test
    void nobodyListens() {
        sim.host("client").start(loop -> log.of(loop.connect("server", 8)));
        sim.advance(SOON);
        assertEquals("CONNECT_REFUSED close", log.toString());
    }

    @Test
    void aClosedServerCanBeOpenedAgainOnItsPort() {
        connected();
        server(() -> {
            server.close();
            accepted.close();
        });
        sim.advance(SOON);
        sim.host("server").start(loop -> loop.listen(null, 7, (same, it) -> { }));
        sim.advance(SOON); // else it would throw
    }

    // ---- links ----

    @Test
    void aPartitionDelaysWhatIsUnderWayUntilTcpTriesAgain() {
        connected();
        Rule cut = sim.link("client", "server").partition();
        client(() -> socket.write("late"));
        sim.advance(Duration.ofSeconds(30));
        assertEquals("", served.text());
        assertEquals("connect", log.toString());
        cut.close();
        sim.advance(Duration.ofMinutes(1));
        assertEquals("late", served.text());
    }

    @Test
    void aPartitionThatLastsEndsTheConnectionOfTheSender() {
        connected();
        Rule cut = sim.link("client", "server").partition();
        client(() -> socket.write("lost"));
        sim.advance(Duration.ofMinutes(20));
        assertEquals("connect CONNECTION_RESET close", log.toString());
        assertEquals("", served.toString());
        cut.close();
    }

    @Test
    void aPartitionWhileConnectingEndsInTheConnectTimeout() {
        Rule cut = sim.link("client", "server").partition();
        connect(ConnectOptions.defaults().withConnectTimeout(Duration.ofSeconds(5)));
        sim.advance(Duration.ofSeconds(6));
        assertEquals("CONNECT_TIMEOUT close", log.toString());
        cut.close();
    }

    @Test
    void theSystemGivesUpConnectingAfterTwoMinutes() {
        Rule cut = sim.link("client", "server").oneWay().partition();
        connect(ConnectOptions.defaults().withConnectTimeout(Duration.ofHours(1)));
        sim.advance(Duration.ofSeconds(60));
        assertEquals("", log.toString());
        sim.advance(Duration.ofSeconds(70));
        assertEquals("CONNECT_TIMEOUT close", log.toString());
        cut.close();
    }

    @Test
    void aWayThatIsCutInOneDirectionIsOpenInTheOther() {
        connected();
        Rule cut = sim.link("client", "server").oneWay().partition();
        server(() -> accepted.write("heard"));
        client(() -> socket.write("not heard"));
        sim.advance(SOON);
        assertEquals("heard", log.text());
        assertEquals("", served.text());
        cut.close();
    }

    @Test
    void whatIsHeldGoesOnInOrderAtOnce() {
        connected();
        Rule held = sim.link("client", "server").hold();
        client(() -> socket.write("one "));
        sim.advance(Duration.ofHours(2));
        client(() -> socket.write("two"));
        assertEquals("", served.text());
        held.close();
        sim.advance(Duration.ofMillis(10));
        assertEquals("one two", served.text());
    }

    @Test
    void lossIsDelayAndNeverMissingBytes() {
        connected();
        sim.link("client", "server").loss(0.3);
        client(() -> socket.write(new byte[500_000]));
        Duration before = sim.now();
        sim.runUntil(() -> served.bytes() == 500_000);
        assertTrue(sim.now().minus(before).compareTo(Duration.ofMillis(200)) > 0, "nothing was lost");
    }

    @Test
    void latencyIsTheTimeOfOneWay() {
        sim.link("client", "server").latency(Duration.ofSeconds(1));
        connect();
        sim.advance(Duration.ofMillis(1_999));
        assertFalse(log.has("connect"));
        sim.advance(Duration.ofMillis(2));
        assertTrue(log.has("connect"));
    }

    @Test
    void bandwidthIsWhatPassesInASecond() {
        connected();
        sim.link("client", "server").bandwidth(10_000);
        client(() -> socket.write(new byte[50_000]));
        sim.advance(Duration.ofMillis(4_900));
        assertTrue(served.bytes() < 50_000, "too fast");
        sim.advance(Duration.ofMillis(200));
        assertEquals(50_000, served.bytes());
    }

    /** As on a link that is real: a deadline for the next byte is kept by who sends slowly, and does not wait for the last of a write. */
    @Test
    void whatIsWrittenAtOnceComesAsFastAsTheLinkIs() {
        connected();
        sim.link("client", "server").bandwidth(1_000);
        client(() -> socket.write(new byte[20_000]));
        for (int second = 2; second < 20; second++) {
            sim.advance(Duration.ofSeconds(second).minus(sim.now()));
            long late = second * 1_000L - served.bytes();
            assertTrue(late >= 0 && late <= 2_000, served.bytes() + " bytes after " + second + " s");
        }
    }

    @Test
    void chunksAreNoLargerThanAsked() {
        int[] largest = new int[1];
        connected();
        sim.link("client", "server").chunks(1);
        server(() -> accepted.onRead((same, bytes) -> largest[0] = Math.max(largest[0], bytes.remaining())));
        client(() -> socket.write("in single bytes, unless two have come"));
        sim.advance(SOON);
        assertTrue(largest[0] > 0 && sim.describe().contains("DATA of 1 "), sim::describe);
        assertFalse(sim.describe().contains("DATA of 2 "), sim::describe);
    }

    @Test
    void aSmallWindowStopsTheWriterEarly() {
        connected();
        sim.link("client", "server").window(100);
        server(() -> accepted.pause());
        client(() -> socket.write(new byte[100_000]));
        sim.advance(SOON);
        server(() -> accepted.resume());
        sim.advance(SOON);
        assertEquals(100_000, served.bytes());
    }

    @Test
    void aLinkCanResetItsConnections() {
        connected();
        sim.link("client", "server").reset();
        sim.advance(SOON);
        assertEquals("connect CONNECTION_RESET close", log.toString());
        assertEquals("CONNECTION_RESET close", served.toString());
    }

    @Test
    void ofTwoRulesAboutTheSameTheNewerCounts() {
        sim.link("client", "server").loss(1);
        Rule none = sim.link("client", "server").loss(0);
        connected();
        none.close();
        client(() -> socket.write("lost"));
        sim.advance(SOON);
        assertEquals("", served.text());
    }

    // ---- hosts ----

    @Test
    void aCrashIsSilentUntilTheHostIsBack() {
        connected();
        sim.host("server").crash();
        client(() -> socket.write("anybody?"));
        sim.advance(Duration.ofMinutes(1));
        assertEquals("connect", log.toString());
        sim.host("server").bounce();
        sim.advance(Duration.ofMinutes(3));
        assertEquals("connect CONNECTION_RESET close", log.toString());
        assertEquals("", served.toString());
    }

    @Test
    void aHostThatIsBackRunsItsProgramsAnew() {
        connected();
        sim.host("server").bounce();
        Log second = new Log();
        sim.host("client").start(loop -> second.of(loop.connect("server", 7)));
        sim.advance(SOON);
        assertEquals("connect", second.toString());
    }

    @Test
    void aHostCanRefuse() {
        Rule refusing = sim.host("server").refuse();
        connect();
        sim.advance(SOON);
        refusing.close();
        assertEquals("CONNECT_REFUSED close", log.toString());
    }

    @Test
    void aFullBacklogMakesClientsWait() {
        Rule full = sim.host("server").fullBacklog();
        connect();
        sim.advance(Duration.ofSeconds(2));
        assertEquals("", log.toString());
        full.close();
        sim.advance(Duration.ofSeconds(2)); // the client tries again after one second and after three
        assertEquals("connect", log.toString());
    }

    /** Whichever of them is closed first. */
    @Test
    void eachRuleOfAHostHoldsUntilItIsClosed() {
        sim.host("server").refuse();
        sim.host("server").refuse().close();
        assertEquals("CONNECT_REFUSED close", next());
        sim.host("server").unresolvable();
        sim.host("server").unresolvable().close();
        assertEquals("DNS_FAILURE close", next());
    }

    @Test
    void aBacklogStaysFullUntilTheLastRuleIsClosed() {
        Rule first = sim.host("server").fullBacklog();
        Rule second = sim.host("server").fullBacklog();
        first.close();
        assertEquals("", next());
        second.close();
        assertEquals("connect", next());
    }

    @Test
    void ofTwoRulesOfAHostAboutTheSameTheNewerCountsWhileItHolds() {
        Rule hour = sim.host("server").lookupDelay(Duration.ofHours(1));
        Rule none = sim.host("server").lookupDelay(Duration.ZERO);
        assertEquals("connect", next());
        none.close();
        assertEquals("", next());
        hour.close();
        sim.host("client").descriptors(0);
        sim.host("client").descriptors(1).close();
        assertEquals("TOO_MANY_OPEN_FILES close", next());
    }

    private String next() {
        Log next = new Log();
        sim.host("client").start(loop -> next.of(loop.connect("server", 7)));
        sim.advance(SOON);
        return next.toString();
    }

    @Test
    void aServerThatDoesNotAcceptFillsItsBacklog() {
        server.pause();
        Log[] clients = new Log[4];
        for (int i = 0; i < clients.length; i++) {
            Log each = clients[i] = new Log();
            sim.host("client").start(loop -> each.of(loop.connect("server", 7)));
        }
        sim.advance(SOON);
        long connected = Arrays.stream(clients).filter(each -> each.has("connect")).count();
        assertEquals(3, connected); // the backlog and one more, as on Linux
    }

    @Test
    void withoutDescriptorsNothingIsAcceptedUntilThereAreSome() {
        StringBuilder errors = new StringBuilder();
        server.onError((same, error) -> errors.append(error.kind()));
        Rule none = sim.host("server").descriptors(0);
        connect();
        sim.advance(SOON);
        assertTrue(errors.toString().startsWith(ErrorKind.TOO_MANY_OPEN_FILES.name()), errors::toString);
        none.close();
        client(() -> socket.write("still there"));
        sim.advance(Duration.ofSeconds(2));
        assertEquals("still there", served.text());
    }

    /** As the clients of protocols write it, some of which make it small. */
    @Test
    void aNameMeansItsHostInAnyCase() {
        sim.host("Bank").start(loop -> loop.listen(null, 7, (server, socket) -> { }));
        Log second = new Log();
        sim.host("client").start(loop -> second.of(loop.connect("bANK", 7)));
        sim.advance(SOON);
        assertEquals("connect", second.toString());
        assertSame(sim.host("Bank"), sim.host("bank"));
        assertEquals("Bank", sim.host("bank").name());
        assertThrows(IllegalArgumentException.class, () -> sim.link("bank", "Bank"));
        assertThrows(IllegalArgumentException.class, () -> sim.host("LocalHost"));
    }

    @Test
    void aNameMayBeUnknownOrSlow() {
        Rule unknown = sim.host("server").unresolvable();
        connect();
        sim.advance(SOON);
        assertEquals("DNS_FAILURE close", log.toString());
        unknown.close();
        Rule slow = sim.host("server").lookupDelay(Duration.ofSeconds(3));
        Log second = new Log();
        sim.host("client").start(loop -> second.of(loop.connect("server", 7)));
        sim.advance(Duration.ofMillis(2_999));
        assertEquals("", second.toString());
        sim.advance(Duration.ofMillis(10));
        assertEquals("connect", second.toString());
        slow.close();
    }
}
