package dev.anyloop.examples;

import dev.anyloop.EventLoop;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.adapters.framing.LineDecoder;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A chat for many: the first line a client sends is its name, every further one goes to all others. Who reads too slowly
 * misses lines and is told how many; nobody waits for anybody.
 */
public final class LineChat {

    private static final int LONGEST_LINE = 4096;

    private final Set<Member> members = new LinkedHashSet<>();

    private LineChat() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port, by default 9004; 0 picks a free one
     */
    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9004;
        EventLoop.start(loop -> {
            InetSocketAddress address = open(loop, port);
            System.out.println("Chat on " + address.getHostString() + ":" + address.getPort());
        });
    }

    /** Where it listens. */
    static InetSocketAddress open(EventLoop loop, int port) {
        LineChat chat = new LineChat();
        Server server = loop.listen(null, port, (s, socket) -> chat.welcome(socket));
        return (InetSocketAddress) server.localAddress();
    }

    private void welcome(Socket socket) {
        Member member = new Member(socket);
        socket.onRead((s, data) -> member.read(data))
                .onDrain(s -> member.caughtUp())
                .onError((s, error) -> System.err.println(error.getMessage()))
                .onClose((s, error) -> member.leave())
                .write("What is your name?\n");
    }

    /** No callback runs inside a write, so nobody can join or leave during this loop. */
    private void tellOthers(Member teller, String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        for (Member member : members) {
            if (member != teller) {
                member.hear(bytes);
            }
        }
    }

    /** One client; a member of the chat as soon as it has told its name. */
    private final class Member {

        private final Socket socket;
        private final LineDecoder lines = new LineDecoder(LONGEST_LINE);
        private String name = "";
        private boolean slow;
        private int missed;

        Member(Socket socket) {
            this.socket = socket;
        }

        void read(ByteBuffer data) {
            try {
                lines.read(data, this::say);
            } catch (ProtocolException e) {
                socket.write("Goodbye: you sent " + e.getMessage() + ".\n");
                socket.close(); // what was written is still sent
            }
        }

        private void say(String line) {
            if (members.contains(this)) {
                tellOthers(this, name + ": " + line);
            } else {
                name = line;
                members.add(this);
                tellOthers(this, "* " + name + " is here");
            }
        }

        /** Above the high water mark nothing more is written: the queue of a client that does not read stays small. */
        void hear(byte[] bytes) {
            if (slow) {
                missed++;
            } else {
                slow = !socket.write(bytes);
            }
        }

        void caughtUp() {
            slow = false;
            if (missed > 0) {
                socket.write("* you missed " + missed + " lines\n");
                missed = 0;
            }
        }

        void leave() {
            if (members.remove(this)) {
                tellOthers(this, "* " + name + " is gone");
            }
        }
    }
}
