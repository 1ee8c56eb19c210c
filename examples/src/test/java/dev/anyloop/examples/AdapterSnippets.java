package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Socket;
import dev.anyloop.adapters.FrameReader;
import dev.anyloop.adapters.framing.LengthPrefix;
import dev.anyloop.adapters.framing.LineDecoder;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** What the page about the adapters shows, so that it compiles. {@link DocumentationTest} compares. */
abstract class AdapterSnippets {

    abstract void handle(String line);

    // ---- frames ----

    static void lines(EventLoop loop) {
        loop.listen(null, 9004, (server, socket) -> {
            FrameReader<String> lines = FrameReader.start(socket, new LineDecoder(4096),
                    (reader, line) -> {
                        if (!socket.write("you said " + line + "\n")) {
                            reader.pause(); // no further line until it has read what we said
                        }
                    },
                    (s, error) -> {
                        s.write("Goodbye: you sent " + error.getMessage() + ".\n");
                        s.close();
                    });
            socket.onDrain(s -> lines.resume());
        });
    }

    static void lengths(Socket socket, byte[] message) {
        LengthPrefix form = LengthPrefix.bigEndian(4, 1 << 20); // or 1, 2, 8 bytes; or littleEndian
        socket.write(form.of(message.length));
        socket.write(message);
    }

    void alone(ByteBuffer data) throws ProtocolException {
        LineDecoder lines = new LineDecoder(4096);
        for (String line = lines.next(data); line != null; line = lines.next(data)) {
            handle(line);
        }
    }
}
