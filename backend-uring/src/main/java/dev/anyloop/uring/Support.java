package dev.anyloop.uring;

import dev.anyloop.spi.Availability;
import java.io.IOException;

/** Whether there is an io_uring here, and what to say if not. */
final class Support {

    private Support() {}

    static Availability availability() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Availability.no("io_uring is Linux's");
        }
        try {
            return Availability.yes("io_uring: " + Features.probed());
        } catch (IOException | LinkageError e) {
            return Availability.no("no io_uring: " + e.getMessage());
        }
    }
}
