package dev.anyloop.tck.run;

import org.jspecify.annotations.Nullable;

/**
 * What those who run the kit may set: a system property, or else an environment variable. A blank one is not set: scripts
 * and builds hand on variables that they were not given themselves.
 */
public final class Setting {

    private Setting() {}

    public static @Nullable String of(String property, String variable) {
        return chosen(System.getProperty(property), System.getenv(variable));
    }

    public static @Nullable String chosen(@Nullable String property, @Nullable String variable) {
        return isSet(property) ? property : isSet(variable) ? variable : null;
    }

    public static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }
}
