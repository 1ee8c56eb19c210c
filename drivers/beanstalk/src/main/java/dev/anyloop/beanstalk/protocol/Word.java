package dev.anyloop.beanstalk.protocol;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The first word of an answer, with what follows it. It alone says whether there is a body. */
public enum Word {
    INSERTED(Shape.NUMBER),
    /** With the job's id as the answer to a put, without it as that to a release or a bury. */
    BURIED(Shape.MAYBE_NUMBER),
    USING(Shape.TUBE),
    RESERVED(Shape.JOB),
    FOUND(Shape.JOB),
    OK(Shape.BODY),
    WATCHING(Shape.NUMBER),
    /** With a count as the answer to a kick, without one as that to a kick-job. */
    KICKED(Shape.MAYBE_NUMBER),
    DELETED(Shape.ALONE),
    RELEASED(Shape.ALONE),
    TOUCHED(Shape.ALONE),
    PAUSED(Shape.ALONE),
    // refusals of some commands
    NOT_FOUND(Shape.ALONE),
    NOT_IGNORED(Shape.ALONE),
    TIMED_OUT(Shape.ALONE),
    DEADLINE_SOON(Shape.ALONE),
    EXPECTED_CRLF(Shape.ALONE),
    JOB_TOO_BIG(Shape.ALONE),
    DRAINING(Shape.ALONE),
    // refusals of any command
    OUT_OF_MEMORY(Shape.ALONE),
    INTERNAL_ERROR(Shape.ALONE),
    BAD_FORMAT(Shape.ALONE),
    UNKNOWN_COMMAND(Shape.ALONE);

    enum Shape {
        ALONE,
        NUMBER,
        MAYBE_NUMBER,
        TUBE,
        /** The length of a body. */
        BODY,
        /** An id, and the length of a body. */
        JOB
    }

    private static final Map<String, Word> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(Word::name, word -> word));

    private final Shape shape;

    Word(Shape shape) {
        this.shape = shape;
    }

    Shape shape() {
        return shape;
    }

    static Word of(String name) throws GarbledException {
        Word word = BY_NAME.get(name);
        if (word == null) {
            throw new GarbledException("an answer that begins with", name);
        }
        return word;
    }
}
