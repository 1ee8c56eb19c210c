package dev.anyloop.tck.rules;

/** What a user's code throws, and what cannot be told of: who asks it for its words gets an error instead. */
public final class Speechless extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
        throw new AssertionError("without words");
    }

    @Override
    public String toString() {
        return getMessage();
    }
}
