package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.anyloop.spi.Availability;
import java.util.List;

/** Without libevent its tests are skipped with the reason, and fail if {@code -Danyloop.require} names it. */
final class Need {

    private Need() {}

    static void libevent() {
        Availability availability = new LibeventEventLoopProvider().availability();
        if (availability.available()) {
            return;
        }
        if (List.of(System.getProperty("anyloop.require", "").split(",")).contains("libevent")) {
            fail(availability.detail());
        }
        abort(availability.detail());
    }
}
