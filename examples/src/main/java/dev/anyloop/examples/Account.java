package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.LineDecoder;
import java.net.ProtocolException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A server that keeps an account: {@code deposit <id> <amount>} is answered by {@code ok <id>}. A client that lost the answer
 * asks again with the same id, and a deposit that comes again must not count again.
 */
final class Account {

    private static final int LONGEST_LINE = 256;

    private final Predicate<String> isNew;
    private long balance;

    Account() {
        Set<String> seen = new HashSet<>();
        this.isNew = seen::add;
    }

    /** With a memory of one's own for ids. */
    Account(Predicate<String> isNew) {
        this.isNew = isNew;
    }

    Server listen(EventLoop loop, int port) {
        return loop.listen(null, port, (server, socket) -> {
            LineDecoder lines = new LineDecoder(LONGEST_LINE);
            socket.onRead((s, data) -> {
                try {
                    lines.read(data, line -> answer(s, line));
                } catch (ProtocolException | IllegalArgumentException e) {
                    s.write("error " + e.getMessage() + "\n");
                    s.close();
                }
            });
            socket.onError((s, error) -> { }); // the client will ask again
        });
    }

    private void answer(Socket socket, String line) {
        String[] words = line.split(" ");
        if (words.length != 3 || !words[0].equals("deposit")) {
            throw new IllegalArgumentException("not a deposit: " + line);
        }
        long amount = Long.parseLong(words[2]);
        if (isNew.test(words[1])) {
            balance += amount;
        }
        socket.write("ok " + words[1] + "\n");
    }

    long balance() {
        return balance;
    }
}
