package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class StartTlsTest {

    @OnEachBackend
    void whatBeginsInPlainIsSecured(String backend) throws Exception {
        try (Program server = Program.start(backend, StartTls.class, 0)) {
            String trust = trusted(server);
            int port = server.port();
            try (Program client = Program.start(backend, StartTls.class, port, trust)) {
                assertEquals(List.of("plain  < 220 localhost", "plain  > EHLO me", "plain  < 250-localhost", "plain  < 250 STARTTLS",
                        "plain  > STARTTLS", "plain  < 220 go ahead", "secure > EHLO me", "secure < 250 localhost",
                        "secure > QUIT", "secure < 221 by TLS"), client.end(0));
            }
        }
    }

    @OnEachBackend
    void whoTrustsSomebodyElseIsNotSecured(String backend) throws Exception {
        OwnCertificate other = OwnCertificate.make();
        try (Program server = Program.start(backend, StartTls.class, 0)) {
            trusted(server);
            int port = server.port();
            try (Program client = Program.start(backend, StartTls.class, port, other.file())) {
                List<String> lines = client.end(1);
                String last = lines.get(lines.size() - 1);
                assertTrue(last.startsWith("No greetings: secure localhost:" + port + ": tls certificate, "), last);
            }
        } finally {
            Files.delete(other.file());
        }
    }

    @OnEachBackend
    void whatIsSentBehindTheWordIsNotHeard(String backend) throws Exception {
        try (Program server = Program.start(backend, StartTls.class, 0)) {
            trusted(server);
            try (Client client = Client.connect(server.port())) {
                client.expect("220 localhost\r\n");
                client.send("STARTTLS\r\nQUIT\r\n");
                String error = server.line();
                assertTrue(error.contains("tls protocol"), error);
            }
        }
    }

    private static String trusted(Program server) throws InterruptedException {
        String line = server.line();
        String file = line.substring(line.lastIndexOf(' ') + 1);
        assertTrue(Files.exists(Path.of(file)), line);
        return file;
    }
}
