package dev.anyloop.core.net;

import org.jspecify.annotations.Nullable;

/**
 * What a throwable of the user's has to say. It is the user's code that says it, and may throw in its turn, an error too; whoever
 * was about to tell of the first would then tell nobody of anything.
 */
public final class Words {

    private Words() {}

    /** Its message, or its class if it has none or does not tell. */
    public static String message(Throwable thrown) {
        @Nullable String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable another) {
            message = null;
        }
        return message == null ? thrown.getClass().getName() : message;
    }

    /** What it is printed as, or its class if it does not tell. */
    public static String of(Throwable thrown) {
        try {
            return String.valueOf(thrown);
        } catch (Throwable another) {
            return thrown.getClass().getName();
        }
    }
}
