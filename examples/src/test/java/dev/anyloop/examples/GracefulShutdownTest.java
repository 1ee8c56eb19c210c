package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

class GracefulShutdownTest {

    @OnEachBackend
    void atTermItServesWhoIsThereAndEnds(String backend) throws Exception {
        try (Program echo = Program.start(backend, GracefulShutdown.class, 0); Client client = Client.connect(echo.port())) {
            client.send("hello");
            client.expect("hello");
            echo.terminate();
            client.expectEnd();
            assertEquals(List.of("All clients were served."), echo.end(0));
        }
    }
}
