package dev.anyloop.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class LineChatTest {

    @OnEachBackend
    void everybodyHearsWhatTheOthersSay(String backend) throws Exception {
        try (Program chat = Program.start(backend, LineChat.class, 0)) {
            int port = chat.port();
            try (Client ann = join(port, "Ann"); Client bob = join(port, "Bob")) {
                ann.expect("* Bob is here\n");
                byte[] bytes = "Grüße\r\n".getBytes(StandardCharsets.UTF_8);
                bob.send(Arrays.copyOf(bytes, 3)); // half a character
                try (Client eve = join(port, "Eve")) {
                    ann.expect("* Eve is here\n");
                    bob.expect("* Eve is here\n");
                    bob.send(Arrays.copyOfRange(bytes, 3, bytes.length));
                    ann.expect("Bob: Grüße\n");
                    eve.expect("Bob: Grüße\n");
                }
                ann.expect("* Eve is gone\n");
                bob.expect("* Eve is gone\n");
            }
        }
    }

    @OnEachBackend
    void whoSendsALineWithoutEndIsSentAway(String backend) throws Exception {
        try (Program chat = Program.start(backend, LineChat.class, 0)) {
            int port = chat.port();
            try (Client ann = join(port, "Ann"); Client bob = join(port, "Bob")) {
                ann.expect("* Bob is here\n");
                bob.send("x".repeat(4097));
                bob.expect("Goodbye: you sent a line of more than 4096 bytes.\n");
                bob.expectEnd();
                ann.expect("* Bob is gone\n");
            }
        }
    }

    @OnEachBackend
    void whoReadsTooSlowlyMissesLinesAndNobodyElseDoes(String backend) throws Exception {
        try (Program chat = Program.start(backend, LineChat.class, 0)) {
            int port = chat.port();
            try (Client ann = join(port, "Ann"); Client bob = join(port, "Bob"); Client slow = join(port, "Slow")) {
                ann.expect("* Bob is here\n* Slow is here\n");
                bob.expect("* Slow is here\n");
                String line = "x".repeat(4000);
                int lines = 5_000; // 20 MB, more than the system keeps for a reader
                for (int i = 0; i < lines; i++) {
                    ann.send(line + "\n");
                    bob.expect("Ann: " + line + "\n");
                }
                assertEquals(lines, countHeardAndMissed(slow, "Ann: " + line));
            }
        }
    }

    private static int countHeardAndMissed(Client slow, String expected) throws IOException {
        int heard = 0;
        String line = slow.receiveLine();
        while (line.equals(expected)) {
            heard++;
            line = slow.receiveLine();
        }
        assertTrue(line.matches("\\* you missed \\d+ lines"), line);
        return heard + Integer.parseInt(line.replaceAll("\\D", ""));
    }

    private static Client join(int port, String name) throws IOException {
        Client client = Client.connect(port);
        client.expect("What is your name?\n");
        client.send(name + "\n");
        return client;
    }
}
