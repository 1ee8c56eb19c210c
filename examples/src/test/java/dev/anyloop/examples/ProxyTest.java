package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyTest {

    @OnEachBackend
    void anEndIsPassedOnAndTheAnswerComesBack(String backend) throws Exception {
        try (ServerSocket server = Client.serverSocket(); Program proxy = start(backend, server);
                Client client = Client.connect(proxy.port())) {
            client.send("request");
            client.end();
            try (Client target = Client.accept(server)) {
                target.expect("request");
                target.expectEnd();
                target.send("answer");
            }
            client.expect("answer");
            client.expectEnd();
        }
    }

    @OnEachBackend
    void aTargetThatDoesNotReadStallsTheClientAndThenGetsEverything(String backend) throws Throwable {
        try (ServerSocket server = Client.serverSocket(); Program proxy = start(backend, server)) {
            int port = proxy.port();
            try (Flood flood = Flood.connect(port); Client target = Client.accept(server);
                    Client other = Client.connect(port); Client otherTarget = Client.accept(server)) {
                long sent = flood.sendUntilStalled(() -> {
                    other.send("hello");
                    otherTarget.expect("hello");
                });
                flood.end();
                expectFlood(target, sent);
                target.expectEnd();
            }
        }
    }

    private static void expectFlood(Client target, long length) throws IOException {
        for (long position = 0; position < length; ) {
            byte[] chunk = target.receive((int) Math.min(1 << 20, length - position));
            assertTrue(chunk.length > 0, "the end came after " + position + " of " + length + " bytes");
            for (byte b : chunk) {
                assertEquals(Flood.byteAt(position++), b);
            }
        }
    }

    @OnEachBackend
    void aSideThatFailsAbortsTheOther(String backend) throws Exception {
        try (ServerSocket server = Client.serverSocket(); Program proxy = start(backend, server);
                Client client = Client.connect(proxy.port())) {
            client.send("request");
            Client target = Client.accept(server);
            target.expect("request");
            target.reset();
            client.expectAbort();
            assertEquals("read 127.0.0.1:" + server.getLocalPort() + ": connection reset", proxy.line());
        }
    }

    @OnEachBackend
    void aTargetThatIsNotThereAbortsTheClient(String backend) throws Exception {
        try (Socket nobody = Client.refusing();
                Program proxy = Program.start(backend, Proxy.class, 0, "127.0.0.1", nobody.getLocalPort());
                Client client = Client.connect(proxy.port())) {
            client.expectAbort();
            assertEquals("connect 127.0.0.1:" + nobody.getLocalPort() + ": connect refused", proxy.line());
        }
    }

    @Test
    void itTellsHowToUseItWhenItDoesNotKnowWhereToConnectTo() throws Exception {
        try (Program proxy = Program.start(List.of(), Program.classPath(), Proxy.class, 0)) {
            assertEquals(List.of("usage: Proxy <port> <host> <port of the host>"), proxy.end(2));
        }
    }

    private static Program start(String backend, ServerSocket target) throws IOException {
        return Program.start(backend, Proxy.class, 0, "127.0.0.1", target.getLocalPort());
    }
}
