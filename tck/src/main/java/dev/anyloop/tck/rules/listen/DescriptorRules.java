package dev.anyloop.tck.rules.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.FirstCall;
import dev.anyloop.tck.rules.LimitedServer;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.Remade;
import dev.anyloop.tck.rules.ServerProcess;
import dev.anyloop.tck.rules.ServerStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Chapter LISTEN of the specification, continued: running out of descriptors, in a process of its own. */
public abstract class DescriptorRules extends Chapter {

    /** Enough for a virtual machine with many jars, and fewer than the crowd. */
    private static final int DESCRIPTORS = 200;

    private static final int CROWD = 300;

    /** The virtual machine itself closes a file now and then, and then a descriptor is free. */
    private static final int MOST_TRIES = 5;

    /** In which pauses that doubled would have grown to five seconds. */
    private static final Duration LONG_WANT = Duration.ofMillis(5_300);
    private static final int GREETING = LimitedServer.GREETING.getBytes(StandardCharsets.UTF_8).length;

    @Rule({"LISTEN-009", "LISTEN-012", "ERR-004"})
    @NeedsSystem("a process with few descriptors")
    void aServerWithoutDescriptorsWaitsAndAcceptsAgain() throws Exception {
        try (ServerProcess process = ServerProcess.start(backend(), DESCRIPTORS)) {
            Peer first = client(process.port());
            first.read(GREETING);
            assertEquals("fine", ServerStatus.ask(first).first());
            assertEquals(LimitedServer.RAN_SHORT, ServerStatus.line(first.send(LimitedServer.RUN_SHORT)));
            List<Peer> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(client(process.port()));
            }
            until(() -> ServerStatus.ask(first).errors() >= 2, () -> "no error callback");
            assertEquals("TOO_MANY_OPEN_FILES accept", ServerStatus.ask(first).first());
            assertNoSpin(first);
            block(LONG_WANT);
            freeAndAssertServed(crowd);
        }
    }

    private void assertNoSpin(Peer first) {
        ServerStatus before = ServerStatus.ask(first);
        block(limits().mustNotHappen().multipliedBy(4));
        ServerStatus after = ServerStatus.ask(first);
        assertTrue(after.turns() - before.turns() < 100, "the loop spins: " + before + " " + after);
        assertTrue(after.errors() - before.errors() < 25, "the callback is called in vain: " + before + " " + after);
    }

    /** The longest pause between two attempts is a second. */
    private void freeAndAssertServed(List<Peer> crowd) throws IOException {
        for (Peer peer : crowd.subList(0, CROWD - 50)) {
            peer.socket().close();
        }
        long start = nanoTime();
        for (Peer peer : crowd.subList(CROWD - 50, CROWD)) {
            peer.read(GREETING);
        }
        Duration taken = Duration.ofNanos(nanoTime() - start);
        assertTrue(taken.compareTo(limits().promptly()) < 0, "accepts again after " + taken);
    }

    @Rule({"RES-010", "LISTEN-002", "ERR-002"})
    @NeedsSystem("a process with few descriptors")
    void withoutDescriptorsEveryCallSaysSoAndLeavesNothing() throws Exception {
        try (ServerProcess process = ServerProcess.start(backend(), DESCRIPTORS)) {
            Peer peer = client(process.port());
            peer.read(GREETING);
            assertEquals(LimitedServer.EXHAUSTED, ServerStatus.line(peer.send(LimitedServer.EXHAUST)));
            assertEquals("fine", ServerStatus.ask(peer).first());
        }
    }

    /** Classes that are initialized by it, and what is looked for once in a process, have no second chance. */
    @Rule({"RES-010", "RES-002", "CONN-020"})
    @NeedsSystem("a process with few descriptors")
    void theFirstCallOfAProcessMayFindNoDescriptor() throws Exception {
        ChildJvm child = firstCall();
        for (int tries = 1; !said(child).equals(FirstCall.EXPECTED) && tries < MOST_TRIES; tries++) {
            child = firstCall();
        }
        assertEquals(FirstCall.EXPECTED, said(child), child.err());
    }

    private ChildJvm firstCall() throws Exception {
        return ChildJvm.runLimited("ulimit -n " + DESCRIPTORS, FirstCall.class, Remade.maker(backend()), limits());
    }

    private static String said(ChildJvm child) {
        String said = child.out().strip();
        if (said.equals(Remade.NOT) || said.equals(FirstCall.WITHOUT_IPV6)) {
            throw new TestAbortedException(said);
        }
        return said;
    }
}
