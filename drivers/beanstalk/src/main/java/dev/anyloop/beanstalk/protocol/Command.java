package dev.anyloop.beanstalk.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is sent, and what may be answered.
 *
 * @param <T> what its answer tells
 */
public final class Command<T> {

    /** Makes of an answer what it tells. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Answer answer) throws GarbledException;
    }

    private static final Set<Word> ALWAYS_POSSIBLE =
            EnumSet.of(Word.OUT_OF_MEMORY, Word.INTERNAL_ERROR, Word.BAD_FORMAT, Word.UNKNOWN_COMMAND);

    // set once
    private final String line;
    private final byte @Nullable [] body;
    private final Set<Word> successes;
    private final Reading<T> reading;
    // set where it is made
    private Set<Word> refusals = Set.of();
    private boolean changesJobs;
    private long waitSeconds;
    private @Nullable UnaryOperator<Tubes> effect;

    Command(String line, byte @Nullable [] body, Set<Word> successes, Reading<T> reading) {
        this.line = line;
        this.body = body;
        this.successes = successes;
        this.reading = reading;
    }

    Command<T> refusedBy(Word... words) {
        refusals = Set.of(words);
        return this;
    }

    Command<T> changingJobs() {
        changesJobs = true;
        return this;
    }

    Command<T> waiting(long seconds) {
        waitSeconds = seconds;
        return this;
    }

    Command<T> changingTubes(UnaryOperator<Tubes> change) {
        effect = change;
        return this;
    }

    /** All that goes to the server. */
    public byte[] bytes() {
        byte[] head = (line + "\r\n").getBytes(US_ASCII);
        if (body == null) {
            return head;
        }
        byte[] all = new byte[head.length + body.length + 2];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return all;
    }

    /** Whether there are jobs that are no longer as they were when it has been done. */
    public boolean changesJobs() {
        return changesJobs;
    }

    /** How long the server may wait on purpose before it answers. */
    public long waitSeconds() {
        return waitSeconds;
    }

    /** What the tubes of a connection are when it has been done. */
    public Tubes on(Tubes tubes) {
        return effect == null ? tubes : effect.apply(tubes);
    }

    /** Whether this is the answer that it is sent for. */
    public boolean isSuccess(Answer answer) {
        return successes.contains(answer.word());
    }

    /**
     * What a success tells.
     *
     * @throws GarbledException if it cannot be read
     */
    public T read(Answer success) throws GarbledException {
        return reading.read(success);
    }

    /**
     * Whether the connection is not as it is believed to be: what was sent with the line is about to be taken for commands, or
     * its tubes are not those.
     */
    public boolean isOutOfStepAfter(Answer answer) {
        Word word = answer.word();
        return body != null && (word == Word.BAD_FORMAT || word == Word.UNKNOWN_COMMAND)
                || effect != null && ALWAYS_POSSIBLE.contains(word);
    }

    /** Throws if it is no answer to this. */
    void check(Answer answer) throws GarbledException {
        Word word = answer.word();
        if (!successes.contains(word) && !refusals.contains(word) && !ALWAYS_POSSIBLE.contains(word)) {
            throw new GarbledException("as the answer to " + this, word.name());
        }
    }

    /** The line, for messages. */
    @Override
    public String toString() {
        return line;
    }
}
