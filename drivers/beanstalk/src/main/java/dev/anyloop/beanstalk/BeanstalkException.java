package dev.anyloop.beanstalk;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a command did not do what it was sent for. It comes to callbacks and is never thrown: misuse is (ORDER-010).
 */
public sealed class BeanstalkException extends RuntimeException permits OutcomeUnknownException {

    private static final long serialVersionUID = 1L;

    private final BeanstalkError kind;
    private final String command;

    BeanstalkException(BeanstalkError kind, String command, String server, @Nullable Throwable cause) {
        super(command + " on " + server + ": " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (cause == null || cause.getMessage() == null ? "" : ", " + cause.getMessage()), cause);
        this.kind = kind;
        this.command = command;
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public BeanstalkError kind() {
        return kind;
    }

    /**
     * What was asked for.
     *
     * @return the command's line, as it was or would have been sent
     */
    public String command() {
        return command;
    }
}
