package dev.anyloop.beanstalk;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost after a command had gone out and before its answer came: a job may be stored, deleted, released, buried,
 * kicked, or a tube be paused, or not, and nobody can tell from here. The client does not ask again by itself, for a job would
 * then be there twice. Its {@link #kind} is {@link BeanstalkError#OUTCOME_UNKNOWN}, and nothing else has that.
 */
public final class OutcomeUnknownException extends BeanstalkException {

    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(String command, String server, @Nullable Throwable cause) {
        super(BeanstalkError.OUTCOME_UNKNOWN, command, server, cause);
    }
}
