package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** What a reader finds in some bytes, as text, so that two ways of cutting them can be compared. */
final class Transcript {

    private final MessageReader reader;
    private final String[] asked; // the methods that answers are to, or none
    private final StringBuilder text = new StringBuilder();
    private int messages;
    private boolean inBody;
    private boolean broken;

    private Transcript(MessageReader reader, String... asked) {
        this.reader = reader;
        this.asked = asked;
        if (asked.length > 0) {
            reader.begin(asked[0]);
        }
    }

    static Transcript ofRequests(Limits limits, Set<Leniency> leniencies) {
        return new Transcript(MessageReader.ofRequests(limits, leniencies));
    }

    static Transcript ofAnswers(Set<Leniency> leniencies, String... asked) {
        return new Transcript(MessageReader.ofAnswers(Limits.defaults(), leniencies), asked);
    }

    /** Feeds it in pieces that end at these places. */
    String read(byte[] bytes, List<Integer> cuts, boolean end) {
        int from = 0;
        for (int cut : cuts) {
            feed(bytes, from, cut);
            from = cut;
        }
        feed(bytes, from, bytes.length);
        if (end && !broken) {
            try {
                text.append(reader.end() == MessageReader.Event.END && inBody ? "> end" : "");
            } catch (MalformedException e) {
                text.append('!').append(e.rule());
            }
        }
        return text.toString();
    }

    private void feed(byte[] bytes, int from, int to) {
        byte[] piece = new byte[to - from + 2]; // of its own, so that nothing beyond it can be seen
        System.arraycopy(bytes, from, piece, 1, to - from);
        ByteBuffer in = ByteBuffer.wrap(piece, 1, to - from);
        try {
            while (!broken && take(reader.next(in))) { }
        } catch (MalformedException e) {
            text.append('!').append(e.rule());
            broken = true;
        }
    }

    private boolean take(MessageReader.Event event) {
        switch (event) {
            case HEAD -> head();
            case BODY -> {
                text.append(inBody ? "" : " <").append(ISO_8859_1.decode(reader.body()));
                inBody = true;
            }
            case END -> {
                return end();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void head() {
        inBody = false;
        text.append(asked.length > 0 ? reader.status() + " " + reader.reason() : reader.method() + " " + reader.target())
                .append(" 1.").append(reader.minorVersion());
        reader.headers().forEach((name, value) -> text.append(" [").append(name).append('=').append(value).append(']'));
        text.append(reader.isPersistent() ? "" : " close").append(reader.expectsContinue() ? " expects" : "");
    }

    private boolean end() {
        text.append(inBody ? ">" : "");
        reader.trailers().forEach((name, value) -> text.append(" {").append(name).append('=').append(value).append('}'));
        text.append(" end;");
        inBody = false;
        if (asked.length == 0) {
            reader.begin();
            return true;
        }
        boolean interim = reader.status() < 200 && reader.status() != 101;
        messages += interim ? 0 : 1;
        if (messages < asked.length) {
            reader.begin(asked[messages]);
            return true;
        }
        broken = true; // nothing more was asked
        return false;
    }
}
