package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The field that says when an answer was made (RFC 9110, 6.6.1), made anew when the clock has moved and somebody has looked at it. */
final class DateField {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private byte[] line = {};
    private boolean isStale = true;

    DateField(InstantSource clock) {
        this.clock = clock;
    }

    /** Called a few times a second. */
    void tick() {
        isStale = true;
    }

    byte[] line() {
        if (isStale) {
            Instant now = clock.instant();
            line = FORMAT.format(now).getBytes(US_ASCII);
            isStale = false;
        }
        return line;
    }
}
