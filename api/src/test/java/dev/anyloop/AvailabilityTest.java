package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.spi.Availability;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    @Test
    void yesAndNoComeWithTheirWords() {
        assertEquals(new Availability(true, "version 1"), Availability.yes("version 1"));
        assertEquals(new Availability(false, "not installed"), Availability.no("not installed"));
    }

    @Test
    void noneIsWithoutWords() {
        assertEquals("detail", assertThrows(NullPointerException.class, () -> Availability.no(null)).getMessage());
    }
}
