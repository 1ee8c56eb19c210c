package dev.anyloop.beanstalk;

/** Why a command did not do what it was sent for. The first ones are answers of the server, by its own words. */
public enum BeanstalkError {
    /** There is no such job or tube; or the job is held by somebody else, or is not in a state for it. */
    NOT_FOUND,
    /** No job came within the time that was given. */
    TIMED_OUT,
    /** A job held on the same connection is about to run out of time. With this client, who holds a job waits for no other there. */
    DEADLINE_SOON,
    /** The one tube that is watched cannot be ignored. */
    NOT_IGNORED,
    /** The body is larger than the server takes ({@code -z}). Nothing was stored. */
    JOB_TOO_BIG,
    /** The server takes no new jobs, because it is to end. Nothing was stored: try another server, or later. */
    DRAINING,
    /** The server had no memory to release the job, and has buried it instead. */
    BURIED,
    /** The server has no memory for it. Nothing has changed. */
    OUT_OF_MEMORY,
    /** The server has met a bug of its own. */
    INTERNAL_ERROR,
    /** The body did not end where it was said to: something on the way changes what is sent. Nothing was stored. */
    EXPECTED_CRLF,
    /** The server does not understand what follows the command's name. */
    BAD_FORMAT,
    /** The server does not know the command: it is an older one, or something else. */
    UNKNOWN_COMMAND,
    /** The connection was lost, or none could be made, before the command had an effect: it was not done. */
    CONNECTION_LOST,
    /** The connection was lost when the command might have been done: {@link OutcomeUnknownException}. */
    OUTCOME_UNKNOWN,
    /** The client was closed meanwhile, or its loop. It was not done. */
    CLOSED
}
