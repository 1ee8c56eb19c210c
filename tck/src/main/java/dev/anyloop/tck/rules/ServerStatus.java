package dev.anyloop.tck.rules;

import dev.anyloop.tck.peer.Peer;
import java.io.IOException;

/**
 * How a {@link LimitedServer} fares.
 *
 * @param turns how many its loop has made
 * @param errors how many it has seen
 * @param first the first of them, or {@code "fine"}
 */
public record ServerStatus(long turns, int errors, String first) {

    /** Asked over a connection that is made already. */
    public static ServerStatus ask(Peer peer) {
        try {
            return answer(peer.send("?"));
        } catch (IOException e) {
            throw new AssertionError("a connection that was open before does not work", e);
        }
    }

    /** Of a server that was asked before. */
    public static ServerStatus answer(Peer peer) throws IOException {
        String[] words = line(peer).split(" ", 3);
        return new ServerStatus(Long.parseLong(words[0]), Integer.parseInt(words[1]), words[2]);
    }

    /** The next of what it says. */
    public static String line(Peer peer) throws IOException {
        StringBuilder line = new StringBuilder();
        for (String next = peer.readText(1); !next.equals("\n"); next = peer.readText(1)) {
            line.append(next);
        }
        return line.toString();
    }
}
