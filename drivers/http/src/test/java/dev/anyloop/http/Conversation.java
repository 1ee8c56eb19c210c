package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anyloop.ConnectOptions;
import dev.anyloop.EventLoop;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.SocketOptions;
import dev.anyloop.http.protocol.Limits;
import dev.anyloop.http.protocol.MalformedException;
import dev.anyloop.http.protocol.MessageReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client that asks a lot, in pieces that end anywhere, reads slowly now and then, and checks each byte of each answer: none may be lost,
 * doubled or out of order. Its requests say in their target what the answer has to be.
 */
final class Conversation {

    private static final int PIECES = 4; // that a batch of requests is sent in
    private static final int MUCH = 200_000; // more than all buffers on the way, less than what is read away
    private static final String KINDS = "adcwben";

    /** What has to come: of a request that is none, a refusal and the end. */
    private record Expected(int status, String method, int number, char kind, int length) {}

    /** What all conversations have seen. */
    static final class Totals {
        long asked;
        long answered;
        long refused;
        long cutOff; // answers that a fault has cost
        long conversations;
        long bytes;
        String wrong = "";
    }

    // set once
    private final EventLoop loop;
    private final Random random;
    private final Totals totals;
    private final Socket socket;
    private final MessageReader reader = MessageReader.ofAnswers(Limits.defaults().withBody(Long.MAX_VALUE), Set.of());
    private final Deque<Expected> expected = new ArrayDeque<>();
    private final int most;
    // loop thread
    private int asked;
    private int got; // bytes of the body in progress
    private boolean reading; // an answer has begun
    private boolean busy; // a batch is being sent
    private boolean over; // nothing more is asked
    private boolean harmed;
    private boolean closed;

    Conversation(EventLoop loop, Random random, Totals totals) {
        this.loop = loop;
        this.random = random;
        this.totals = totals;
        totals.conversations++;
        most = 1 + random.nextInt(60);
        socket = loop.connect("server", 80, ConnectOptions.defaults().withSocket(SocketOptions.defaults().withAllowHalfOpen(true)))
                .onRead((s, data) -> read(data))
                .onEnd(s -> ended())
                .onError((s, error) -> { })
                .onClose((s, error) -> closed(error));
    }

    boolean isClosed() {
        return closed;
    }

    /** Something has happened to the network or the host: what is lost now is lost. */
    void harmed() {
        harmed = true;
    }

    /** Nothing more is asked. */
    void finish() {
        if (!over && !busy) {
            over = true;
            socket.end();
        }
    }

    // ---- asking ----

    /** Called now and then. */
    void act() {
        if (closed || over || busy) {
            return;
        }
        int what = random.nextInt(100);
        if (asked >= most) {
            last(what);
        } else if (what < 5) {
            socket.pause();
            loop.timer(Duration.ofMillis(random.nextInt(15_000)), timer -> socket.resume()).unref();
        } else if (expected.size() < 40) {
            askBatch(1 + random.nextInt(6));
        }
    }

    /** Ends it in one of the ways that there are. */
    private void last(int what) {
        if (what < 50) {
            finish();
        } else if (what < 60) {
            harmed = true;
            over = true;
            socket.abort();
        } else if (what < 80 && expected.isEmpty()) {
            over = true;
            refused(400, what < 70 ? "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET / HT" : "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        } else if (expected.isEmpty()) {
            over = true;
            refused(408, what < 90 ? "GET /slow HT" : "POST /0/b/0 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nxx");
        }
    }

    private void refused(int status, String bytes) {
        expected.add(new Expected(status, "GET", 0, '-', -1));
        send(bytes.getBytes(US_ASCII));
    }

    private void askBatch(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            write(bytes);
        }
        busy = true;
        sendPieces(bytes.toByteArray(), 0);
    }

    private void write(ByteArrayOutputStream out) {
        int number = random.nextInt(1_000_000);
        char kind = KINDS.charAt(random.nextInt(KINDS.length()));
        int length = random.nextInt(50) == 0 ? random.nextInt(MUCH) : random.nextInt(1500);
        boolean hasBody = "ben".indexOf(kind) >= 0;
        String method = hasBody ? "POST" : random.nextInt(10) == 0 ? "HEAD" : "GET";
        StringBuilder head = new StringBuilder(method + " /" + number + "/" + kind + "/" + length + " HTTP/1.1\r\nHost: server\r\n");
        if (hasBody && kind != 'n' && random.nextInt(20) == 0) { // that one would be the last to be answered
            head.append("Expect: 100-continue\r\n"); // and does not wait for it
        }
        boolean chunked = hasBody && random.nextBoolean();
        head.append(!hasBody ? "" : chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + length + "\r\n").append("\r\n");
        out.writeBytes(head.toString().getBytes(US_ASCII));
        if (chunked) {
            writeChunks(out, number, length);
        } else if (hasBody) {
            out.writeBytes(bytes(number, 0, length));
        }
        expected.add(new Expected(200, method, number, kind, length));
        asked++;
        totals.asked++;
    }

    private void writeChunks(ByteArrayOutputStream out, int number, int length) {
        for (int from = 0; from < length;) {
            int size = Math.min(length - from, 1 + random.nextInt(4000));
            out.writeBytes((Integer.toHexString(size) + (random.nextInt(5) == 0 ? ";a=\"b\"" : "") + "\r\n").getBytes(US_ASCII));
            out.writeBytes(bytes(number, from, size));
            out.writeBytes("\r\n".getBytes(US_ASCII));
            from += size;
        }
        out.writeBytes((random.nextInt(5) == 0 ? "0\r\nX: 1\r\n\r\n" : "0\r\n\r\n").getBytes(US_ASCII));
    }

    /** At any place, and with some time between. */
    private void sendPieces(byte[] bytes, int from) {
        int to = random.nextInt(PIECES) == 0 ? bytes.length : from + random.nextInt(bytes.length - from + 1);
        socket.write(ByteBuffer.wrap(bytes, from, to - from));
        if (to == bytes.length) {
            busy = false;
        } else {
            loop.timer(Duration.ofMillis(random.nextInt(200)), timer -> sendPieces(bytes, to)).unref();
        }
    }

    private void send(byte[] bytes) {
        socket.write(ByteBuffer.wrap(bytes));
    }

    // ---- what bodies are made of ----

    static byte[] bytes(int number, int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = octet(number, from + i);
        }
        return bytes;
    }

    private static byte octet(int number, int at) {
        return (byte) (number + at * 7 + (at >> 8));
    }

    // ---- answers ----

    private void read(ByteBuffer data) {
        totals.bytes += data.remaining();
        try {
            while (data.hasRemaining() || reading) {
                if (!reading && !begin()) {
                    return;
                }
                if (!take(reader.next(data))) {
                    return;
                }
            }
        } catch (MalformedException e) {
            wrong(e.getMessage());
        }
    }

    private boolean begin() {
        if (expected.isEmpty()) {
            wrong("an answer that nobody has asked for");
            return false;
        }
        reader.begin(expected.peek().method());
        reading = true;
        got = 0;
        return true;
    }

    /** False if more has to come first. */
    private boolean take(MessageReader.Event event) {
        Expected now = expected.peek();
        switch (event) {
            case HEAD -> {
                if (reader.status() >= 200 && reader.status() != now.status()) {
                    wrong("status " + reader.status() + " instead of " + now);
                }
            }
            case BODY -> check(now, reader.body());
            case END -> end(now);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void check(Expected now, ByteBuffer body) {
        while (body.hasRemaining()) {
            byte next = body.get();
            if (now.length() >= 0 && (got >= now.length() || next != octet(now.number(), got))) {
                wrong("byte " + got + " of " + now);
                return;
            }
            got++;
        }
    }

    private void end(Expected now) {
        reading = false;
        if (reader.status() < 200) {
            return;
        }
        if (now.length() >= 0 && !now.method().equals("HEAD") && got != now.length()) {
            wrong(got + " bytes of " + now);
        }
        expected.remove();
        totals.answered += now.status() == 200 ? 1 : 0;
        totals.refused += now.status() == 200 ? 0 : 1;
    }

    private void ended() {
        socket.end(); // it may have been done
        over = true;
    }

    private void closed(@Nullable NetworkException error) {
        closed = true;
        over = true;
        if (harmed) {
            totals.cutOff += expected.size();
        } else if (!expected.isEmpty()) {
            wrong("never came: " + expected + ", after " + got + " bytes of the first, " + error);
        }
        expected.clear();
    }

    private void wrong(String what) {
        if (totals.wrong.isEmpty()) {
            totals.wrong = what;
        }
        harmed = true;
        socket.abort();
    }
}
