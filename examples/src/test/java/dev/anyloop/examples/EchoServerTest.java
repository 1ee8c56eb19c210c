package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

class EchoServerTest {

    @OnEachBackend
    void itStaysUpUntilSomebodySendsQuitEvenInPieces(String backend) throws Exception {
        try (Program echo = Program.start(backend, EchoServer.class, 0)) {
            int port = echo.port();
            try (Client first = Client.connect(port)) {
                first.send("hello");
                first.expect("hello");
                first.end();
                first.expectEnd();
            }
            try (Client second = Client.connect(port)) {
                second.send("QQU");
                second.expect("QQU");
                second.send("IT");
                second.expect("IT");
                second.expectEnd();
            }
            assertEquals(List.of("Stopped by QUIT."), echo.end(0));
        }
    }

    @OnEachBackend
    void itTellsWhereItListensAndOnWhichBackend(String backend) throws Exception {
        try (Program echo = Program.start(backend, EchoServer.class, 0)) {
            String line = echo.line();
            assertTrue(line.matches("Echo server on 0\\.0\\.0\\.0:\\d+, backend " + backend
                    + "\\. Send QUIT to stop it\\."), line);
        }
    }

    @OnEachBackend
    void itReportsAResetAndGoesOn(String backend) throws Exception {
        try (Program echo = Program.start(backend, EchoServer.class, 0)) {
            int port = echo.port();
            Client killed = Client.connect(port);
            killed.send("hello");
            killed.expect("hello");
            killed.reset();
            String line = echo.line();
            assertTrue(line.matches("read 127\\.0\\.0\\.1:\\d+: connection reset"), line);
            try (Client other = Client.connect(port)) {
                other.send("QUIT");
                other.expect("QUIT");
            }
            echo.end(0);
        }
    }

    @OnEachBackend
    void whoDoesNotReadSlowsOnlyItselfAndLosesNothing(String backend) throws Throwable {
        try (Program echo = Program.start(backend, EchoServer.class, 0)) {
            int port = echo.port();
            try (Flood flood = Flood.connect(port); Client other = Client.connect(port)) {
                flood.sendUntilStalled(() -> {
                    other.send("hello");
                    other.expect("hello");
                });
                flood.expectEcho();
            }
        }
    }
}
