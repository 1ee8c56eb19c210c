package dev.anyloop.beanstalk.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection: what was asked and not yet answered, in its order, and what was received of the next answer.
 *
 * @param <A> who asks, with the command
 */
public final class Session<A extends Session.Asked> {

    /** Something that was asked. */
    public interface Asked {

        /** What was sent. */
        Command<?> command();
    }

    /**
     * An answer with what it answers.
     *
     * @param <A> who asks
     * @param asked with the command
     * @param answer one that is possible for it
     */
    public record Answered<A>(A asked, Answer answer) {}

    private final Decoder decoder;
    private final Queue<A> unanswered = new ArrayDeque<>();

    /**
     * A connection at its beginning.
     *
     * @param longestBody of the answers; a longer one is not waited for
     */
    public Session(int longestBody) {
        this.decoder = new Decoder(longestBody);
    }

    /** Its bytes are about to be sent, after those of all before. */
    public void ask(A asked) {
        unanswered.add(asked);
    }

    /** What is to be answered next, or null. */
    public @Nullable A first() {
        return unanswered.peek();
    }

    /** How much is to be answered. */
    public int unanswered() {
        return unanswered.size();
    }

    /**
     * The next answer out of what was received.
     *
     * @param in consumed up to the end of the answer, or all of it
     * @return null if no further one is there as a whole
     * @throws GarbledException if it is no answer to what was asked; nothing more can be understood
     */
    public @Nullable Answered<A> next(ByteBuffer in) throws GarbledException {
        Answer answer = decoder.next(in);
        if (answer == null) {
            return null;
        }
        A asked = unanswered.peek();
        if (asked == null) {
            throw new GarbledException("an answer to nothing", answer.word().name());
        }
        asked.command().check(answer);
        return new Answered<>(unanswered.remove(), answer);
    }

    /** What will never be answered, in its order, when the connection is gone. */
    public List<A> lost() {
        List<A> lost = new ArrayList<>(unanswered);
        unanswered.clear();
        return lost;
    }
}
