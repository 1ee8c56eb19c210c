package dev.anyloop.spi;

import java.util.Objects;

/**
 * Whether a backend can be used, and the words for it.
 *
 * @param available whether a loop can be opened
 * @param detail if available, versions and what it runs on, such as {@code "JDK 17.0.15, epoll"}; if not, the reason and
 *     what to install or choose instead
 */
public record Availability(boolean available, String detail) {

    /**
     * Checks the parts.
     *
     * @throws NullPointerException if the detail is null
     */
    public Availability {
        Objects.requireNonNull(detail, "detail");
    }

    /**
     * The backend can be used.
     *
     * @param detail versions, library paths, kernel method or transport
     * @return an availability
     */
    public static Availability yes(String detail) {
        return new Availability(true, detail);
    }

    /**
     * The backend cannot be used.
     *
     * @param reason why, and the way out
     * @return an availability
     */
    public static Availability no(String reason) {
        return new Availability(false, reason);
    }
}
