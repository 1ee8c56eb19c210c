package dev.anyloop;

import dev.anyloop.spi.EventLoopProvider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider that is registered and cannot be loaded, or not be asked who it is.
 *
 * @param known which backend of this project it is, or null if another or not known
 * @param reason why, with its class unless it is known
 */
record Unloadable(@Nullable KnownBackend known, String reason) {

    /** In the words of any JVM: {@code a/b/C has been compiled … (class file version 69.0) …}, or {@code … major version 69.0 …}. */
    private static final Pattern CLASS_FILE_VERSION = Pattern.compile("version (\\d+)\\.");

    private static final Pattern CLASS = Pattern.compile("[\\w$]+(/[\\w$]+)+");

    /** Class files of JDK n have the version 44 + n. */
    private static final int VERSION_OF_JDK_0 = 44;

    /** What {@link java.util.ServiceLoader} has thrown. */
    static Unloadable because(Error error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsupportedClassVersionError version) {
                return forAnotherJdk(version);
            }
        }
        return new Unloadable(null, error.getCause() == null ? words(error) : words(error) + ": " + error.getCause());
    }

    /** What says neither its name nor its priority, but throws. */
    static Unloadable unfit(EventLoopProvider provider, Throwable thrown) {
        return new Unloadable(null, provider.getClass().getName() + " throws " + printed(thrown) + " (a bug of the backend: report it there)");
    }

    /** What somebody else's code has thrown, which may throw again when it is to be printed; its class then. */
    static String printed(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (RuntimeException | LinkageError e) {
            return thrown.getClass().getName();
        }
    }

    private static Unloadable forAnotherJdk(UnsupportedClassVersionError error) {
        String message = words(error);
        Matcher version = CLASS_FILE_VERSION.matcher(message);
        Matcher type = CLASS.matcher(message);
        if (!version.find() || !type.find()) {
            return new Unloadable(null, message);
        }
        String needs = "needs JDK " + (Integer.parseInt(version.group(1)) - VERSION_OF_JDK_0) + " or later, and this is JDK "
                + Runtime.version().feature();
        String name = type.group().replace('/', '.');
        return KnownBackend.ofClass(name)
                .map(known -> new Unloadable(known, needs))
                .orElseGet(() -> new Unloadable(null, name + " " + needs));
    }

    private static String words(Error e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    boolean isNamed(String name) {
        return known != null && known.word().equals(name);
    }

    /** For the list of what was found. */
    String description() {
        return known == null ? "a provider that cannot be loaded: " + reason : known.word() + ": not available: " + reason;
    }
}
