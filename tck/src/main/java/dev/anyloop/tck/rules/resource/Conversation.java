package dev.anyloop.tck.rules.resource;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.tck.rules.Chapter;

/** Something is sent and answered, so that all there is in an engine has been used; then nothing is left in the loop. */
final class Conversation {

    private Conversation() {}

    /** On a running loop; {@code host} has to mean 127.0.0.1. */
    static void begin(EventLoop loop, String host, Runnable answered) {
        Server listening = loop.listen(Chapter.LOCALHOST, 0, (server, accepted) -> {
            server.close();
            accepted.onRead(Socket::write);
        });
        loop.connect(host, Chapter.port(listening))
                .onConnect(s -> s.write("hello"))
                .onRead((s, data) -> {
                    answered.run();
                    s.close();
                });
    }
}
