package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class ManyLoopsTest {

    private static final int MOST_CLIENTS = 200;

    @OnEachBackend
    void clientsMeetBothLoopsAndTermEndsBoth(String backend) throws Exception {
        List<Client> clients = new ArrayList<>();
        try (Program echo = Program.start(backend, ManyLoops.class, 0, 2)) {
            int port = echo.port();
            Set<String> met = new TreeSet<>();
            while (met.size() < 2) {
                assertTrue(clients.size() < MOST_CLIENTS, () -> "all clients are at " + met);
                Client client = Client.connect(port);
                clients.add(client);
                met.add(client.receiveLine());
                client.send("hello");
                client.expect("hello");
            }
            assertEquals(Set.of("This is anyloop-1.", "This is anyloop-2."), met);
            echo.terminate();
            for (Client client : clients) {
                client.expectEnd();
                client.close();
            }
            assertEquals(List.of("All clients were served."), echo.end(0));
        }
    }

    @OnEachBackend
    void aPortThatIsTakenEndsThemAll(String backend) throws Exception {
        try (Program one = Program.start(backend, EchoServer.class, 0)) {
            int port = one.port();
            try (Program other = Program.start(backend, ManyLoops.class, port, 2)) {
                List<String> lines = other.end(1);
                assertTrue(lines.get(0).contains("listen 0.0.0.0:" + port + ": address in use"), lines::toString);
            }
        }
    }
}
