package dev.anyloop.tck.rules.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.tck.Rule;
import dev.anyloop.tck.peer.Peer;
import dev.anyloop.tck.rules.Chapter;
import dev.anyloop.tck.rules.NeedsSystem;
import dev.anyloop.tck.rules.ServerProcess;
import dev.anyloop.tck.rules.StarvedServer;
import dev.anyloop.tck.rules.TakenMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Chapter RES of the specification: direct memory that runs out, in a process of its own. */
public abstract class StarvationRules extends Chapter {

    private static final int DESCRIPTORS = 500;

    /** Few, because each may have to wait for half a second: so long the JDK looks for memory. */
    private static final int CLIENTS = 4;


    private record Status(int read, int closed, int thrown, int descriptors, int errors, String told) {

        static Status of(ServerProcess process) {
            try {
                String[] words = process.ask(StarvedServer.STATUS).split(" ", 6);
                return new Status(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]), Integer.parseInt(words[4]), words.length < 6 ? "" : words[5]);
            } catch (IOException e) {
                throw new AssertionError("the process does not answer", e);
            }
        }
    }

    private ServerProcess starvedServer() throws IOException {
        return ServerProcess.start(StarvedServer.class, backend(), DESCRIPTORS, TakenMemory.OPTION);
    }

    private void await(ServerProcess process, Predicate<Status> condition) {
        until(() -> condition.test(Status.of(process)), () -> "it stays at " + Status.of(process));
    }

    private List<Peer> clients(ServerProcess process, int count) throws IOException {
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(process.port()).send("x"));
        }
        return clients;
    }

    @Rule("RES-008")
    @NeedsSystem("the memory of a process")
    void aConnectionIsReadOrFailsWhenThereIsNoMemoryToReadInto() throws Exception {
        try (ServerProcess process = starvedServer()) {
            int before = Status.of(process).descriptors();
            process.ask(StarvedServer.TAKE_MEMORY);
            List<Peer> clients = clients(process, CLIENTS);
            await(process, status -> status.read() + status.errors() >= CLIENTS); // who is read may fail after it
            Status starved = Status.of(process);
            assertEquals(starved.errors() == 0 ? "" : "OTHER read true", starved.told());
            process.ask(StarvedServer.FREE_MEMORY);
            clients.addAll(clients(process, 1));
            await(process, status -> status.read() > starved.read());
            for (Peer client : clients) {
                client.socket().close();
            }
            await(process, status -> status.closed() > CLIENTS && status.descriptors() <= before);
            assertEquals(0, Status.of(process).thrown(), "times that run() threw");
        }
    }

    @Rule("RES-008")
    @NeedsSystem("the memory of a process")
    void aLoopThatDoesNotOpenForWantOfMemoryLeavesNothing() throws Exception {
        try (ServerProcess process = starvedServer()) {
            process.ask(StarvedServer.OPEN_ANOTHER); // which loads what is loaded once
            int before = Status.of(process).descriptors();
            process.ask(StarvedServer.TAKE_MEMORY);
            process.ask(StarvedServer.OPEN_ANOTHER);
            process.ask(StarvedServer.OPEN_ANOTHER);
            process.ask(StarvedServer.FREE_MEMORY);
            assertEquals("opened", process.ask(StarvedServer.OPEN_ANOTHER));
            await(process, status -> status.descriptors() <= before);
        }
    }

    @Rule({"RES-008", "ORDER-010", "RES-001"})
    @NeedsSystem("the memory of a process")
    void aHandleThatIsNotMadeForWantOfMemoryLeavesNothing() throws Exception {
        try (ServerProcess process = starvedServer()) {
            process.ask(StarvedServer.OPEN_ANOTHER); // which loads what is loaded once
            int before = Status.of(process).descriptors();
            assertEquals("made made made", process.ask(StarvedServer.MAKE_HANDLES));
            await(process, status -> status.descriptors() <= before);
        }
    }
}
