package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.http.protocol.Leniency;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * What came of sending some bytes.
 *
 * @param answers all of them
 * @param closed whether the server then closed, rather than wait
 */
record Asked(List<Answer> answers, boolean closed) {

    // without a byte: it waits for more
    private static final int FIRST_MILLIS = 2000;
    private static final int QUIET_MILLIS = 700;

    /**
     * An answer.
     *
     * @param status its status
     * @param text its body, of which an answer to HEAD has none
     */
    record Answer(int status, String text) {

        boolean accepts() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * Asks, and waits until the server has closed or is quiet.
     *
     * @param patience how many times longer than usual it may be quiet before it is taken to wait
     */
    static Asked ask(Peer peer, String bytes, int patience) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean closed = true;
        try (Socket socket = new Socket("127.0.0.1", peer.port())) {
            socket.setSoTimeout(patience * FIRST_MILLIS);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[4096];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                received.write(piece, 0, count);
                socket.setSoTimeout(patience * QUIET_MILLIS);
            }
        } catch (SocketTimeoutException e) {
            closed = false;
        } catch (IOException e) {
            // reset, as a socket is that closes over unread bytes; what came before stands
        }
        return new Asked(read(ByteBuffer.wrap(received.toByteArray()), bytes), closed);
    }

    private static List<Answer> read(ByteBuffer in, String asked) {
        List<Answer> answers = new ArrayList<>();
        MessageReader reader = MessageReader.ofAnswers(Limits.defaults(), EnumSet.allOf(Leniency.class));
        boolean head = asked.startsWith("HEAD ");
        try {
            while (in.hasRemaining()) {
                reader.begin(head && answers.isEmpty() ? "HEAD" : "GET");
                StringBuilder text = new StringBuilder();
                MessageReader.Event event = reader.next(in);
                for (; event == MessageReader.Event.HEAD || event == MessageReader.Event.BODY; event = reader.next(in)) {
                    text.append(event == MessageReader.Event.BODY ? ISO_8859_1.decode(reader.body()) : "");
                }
                if (reader.status() >= 200) {
                    answers.add(new Answer(reader.status(), text.toString()));
                }
                if (event == MessageReader.Event.NEED_MORE) {
                    break; // until the end of the connection
                }
            }
        } catch (MalformedException e) {
            answers.add(new Answer(0, e.getMessage()));
        }
        return answers;
    }
}
