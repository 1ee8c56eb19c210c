package dev.anyloop.examples;

import dev.anyloop.DatagramSocket;
import dev.anyloop.EventLoop;
import dev.anyloop.Timer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;

/** Asks a name server for the addresses of a name, by datagrams: whoever sends one that needs an answer has to send it again. */
public final class DnsQuery {

    private static final int IPV4 = 1; // type A
    private static final int IPV6 = 28; // type AAAA
    private static final int INTERNET = 1;
    private static final int MOST_TRIES = 4;

    private final String name;
    private final ByteBuffer query;
    private final Duration patience;
    private int tries;
    private boolean answered;

    private DnsQuery(String name, int type, Duration patience) {
        this.name = name;
        this.query = query(name, type);
        this.patience = patience;
    }

    /**
     * Prints the addresses, or why there are none, and exits with 0 or 1.
     *
     * @param args the name server's address, its port, the name, and what to ask for, {@code A} (as by default) or {@code AAAA};
     *     after how many milliseconds to ask again (by default 1000)
     * @throws UnknownHostException if the name server is not an address
     */
    public static void main(String[] args) throws UnknownHostException {
        if (args.length < 3) {
            System.err.println("usage: DnsQuery server port name [A|AAAA] [milliseconds]");
            System.exit(2);
        }
        InetSocketAddress server = new InetSocketAddress(InetAddress.getByName(args[0]), Integer.parseInt(args[1]));
        int type = args.length > 3 && args[3].equals("AAAA") ? IPV6 : IPV4;
        DnsQuery asked = new DnsQuery(args[2], type, Duration.ofMillis(args.length > 4 ? Long.parseLong(args[4]) : 1000));
        EventLoop.start(loop -> asked.ask(loop, server));
        System.exit(asked.answered ? 0 : 1);
    }

    /** Connected, so that only the server is heard, and it is told at once if nobody is there. */
    private void ask(EventLoop loop, InetSocketAddress server) {
        boolean four = server.getAddress().getAddress().length == 4;
        DatagramSocket socket = loop.datagram(four ? "0.0.0.0" : "::", 0).connect(server);
        Timer again = loop.interval(patience, timer -> {
            if (tries == MOST_TRIES) {
                giveUp(socket, timer, "no answer");
            } else {
                send(socket);
            }
        });
        socket.onError((s, error) -> giveUp(s, again, error.getMessage()))
                .onReceive((s, sender, answer) -> {
                    if (isOurs(answer)) {
                        answered = true;
                        print(answer);
                        again.cancel();
                        s.close();
                    }
                });
        send(socket);
    }

    private void send(DatagramSocket socket) {
        tries++;
        socket.send(query.duplicate());
    }

    private void giveUp(DatagramSocket socket, Timer again, String why) {
        System.err.println("No address of " + name + ": " + why);
        again.cancel();
        socket.close();
    }

    // ---- the format: RFC 1035 ----

    private static ByteBuffer query(String name, int type) {
        ByteBuffer query = ByteBuffer.allocate(512);
        query.putShort((short) new SecureRandom().nextInt()); // hard to guess, for who would answer in the server's place
        query.putShort((short) 0x0100); // recursion desired
        query.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            query.put((byte) bytes.length).put(bytes);
        }
        return query.put((byte) 0).putShort((short) type).putShort((short) INTERNET).flip();
    }

    /** The same number and the same question. */
    private boolean isOurs(ByteBuffer answer) {
        int question = query.limit() - 12;
        return answer.remaining() >= query.limit() && answer.getShort(0) == query.getShort(0)
                && answer.slice(12, question).equals(query.slice(12, question));
    }

    private void print(ByteBuffer answer) throws UnknownHostException {
        int failure = answer.get(3) & 0x0f;
        int count = answer.getShort(6) & 0xffff;
        if (failure != 0 || count == 0) {
            System.out.println(name + " has none" + (failure == 0 ? "" : ", code " + failure));
            return;
        }
        answer.position(query.limit());
        for (int i = 0; i < count; i++) {
            skipName(answer);
            int type = answer.getShort();
            answer.position(answer.position() + 6); // class and time to live
            byte[] data = new byte[answer.getShort() & 0xffff];
            answer.get(data);
            if (type == IPV4 || type == IPV6) {
                System.out.println(name + " is " + InetAddress.getByAddress(data).getHostAddress());
            }
        }
    }

    /** Labels, then nothing or where the rest was said before. */
    private static void skipName(ByteBuffer answer) {
        for (int length; (length = answer.get() & 0xff) != 0; ) {
            if (length >= 0xc0) {
                answer.get();
                return;
            }
            answer.position(answer.position() + length);
        }
    }
}
