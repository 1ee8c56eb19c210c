package dev.anyloop.beanstalk.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One answer of the server.
 *
 * @param word what it begins with
 * @param number the id or the count, or {@link #NO_NUMBER}
 * @param tube the name after USING
 * @param body the job's body or the statistics, for the receiver to keep
 */
public record Answer(Word word, long number, @Nullable String tube, byte @Nullable [] body) {

    /** There is none. */
    public static final long NO_NUMBER = -1;
}
