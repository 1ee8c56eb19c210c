package dev.anyloop.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.ListenOptions;
import dev.anyloop.Socket;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Unix-domain sockets of simulated hosts, as far as these are unlike the systems that the kit knows. */
class UnixSocketsTest {

    private static final UnixDomainSocketAddress PATH = UnixDomainSocketAddress.of("/run/greeter");
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation sim = Simulation.withSeed(1);

    @AfterEach
    void close() {
        sim.close();
    }

    private void greet(String host, String greeting) {
        sim.host(host).start(loop -> loop.listen(PATH, ListenOptions.defaults(), (server, socket) -> socket.write(greeting)));
        sim.advance(Duration.ZERO);
    }

    private Log connect(String host) {
        Log log = new Log();
        sim.host(host).start(loop -> log.of(connect(loop)));
        sim.advance(SOON);
        return log;
    }

    private static Socket connect(EventLoop loop) {
        return loop.connect(PATH, ConnectOptions.defaults());
    }

    @Test
    void aPathIsANameOfItsHostAlone() {
        greet("a", "I am a");
        greet("b", "I am b");
        assertEquals("I am a", connect("a").text());
        assertEquals("I am b", connect("b").text());
        assertEquals("CONNECT_REFUSED close", connect("c").toString());
    }

    @Test
    void aCrashFreesThePath() {
        greet("a", "hello");
        sim.host("a").bounce(); // it listens there once more
        sim.advance(SOON);
        assertEquals("hello", connect("a").text());
    }

    @Test
    void aHostThatRefusesDoesSoAtItsPaths() {
        greet("a", "hello");
        Rule refusing = sim.host("a").refuse();
        assertEquals("CONNECT_REFUSED close", connect("a").toString());
        refusing.close();
        assertEquals("hello", connect("a").text());
    }

    @Test
    void whoFindsNoRoomWaitsUntilThereIs() {
        greet("a", "hello");
        Rule full = sim.host("a").fullBacklog();
        Log waiting = connect("a");
        assertEquals("", waiting.toString());
        full.close();
        sim.advance(SOON);
        assertEquals("hello", waiting.text());
    }

    @Test
    void aHostWithoutDescriptorsDoesNotConnect() {
        greet("a", "hello");
        Rule none = sim.host("a").descriptors(0);
        assertEquals("TOO_MANY_OPEN_FILES close", connect("a").toString());
        none.close();
        assertEquals("hello", connect("a").text());
    }

    /** Not one thing after the other at the same moment, for ever. */
    @Test
    void twoThatAnswerEachOtherLetTimePass() {
        sim.host("a").start(loop -> loop.listen(PATH, ListenOptions.defaults(), (server, socket) -> answer(socket)));
        sim.advance(Duration.ZERO);
        sim.host("a").start(loop -> answer(connect(loop)).write("ball"));
        sim.stepLimit(1_000).advance(SOON);
        assertEquals(SOON, sim.now());
    }

    private static Socket answer(Socket socket) {
        return socket.onRead(Socket::write);
    }

    @Test
    void aDescriptionOfTheSimulationHasThePaths() {
        greet("a", "hello");
        connect("a");
        String lines = sim.describe();
        assertTrue(lines.contains(PATH + "                                      0 waiting of"), lines);
        assertTrue(lines.contains("DATA of 5 from " + PATH + " to (unnamed)"), lines);
        assertTrue(lines.contains("(unnamed)                " + PATH), lines);
    }
}
