package dev.anyloop.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.run.Seed;
import dev.anyloop.tck.run.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void withoutAFactorTheyAreTenSecondsAndFiftyMilliseconds() {
        assertEquals(new Limits(Duration.ofSeconds(10), Duration.ofMillis(50)), Limits.scaled(null, null));
    }

    @Test
    void thePropertyScalesBothAndBeatsTheVariable() {
        assertEquals(new Limits(Duration.ofSeconds(25), Duration.ofMillis(125)), Limits.scaled("2.5", "7"));
    }

    @Test
    void theVariableScalesBoth() {
        assertEquals(new Limits(Duration.ofSeconds(30), Duration.ofMillis(150)), Limits.scaled(null, "3"));
    }

    @Test
    void whatIsBlankIsNotGiven() {
        assertEquals(Limits.scaled(null, null), Limits.scaled(" ", ""));
        assertEquals(Limits.scaled(null, "3"), Limits.scaled("", "3"));
        assertEquals(7, Seed.of("", "7").value());
        assertTrue(Seed.of(" ", "").value() >= 0);
        assertNull(Setting.chosen("", " "));
    }

    @Test
    void aBlankPropertyNamesNoFolderForTheReport() {
        Path withoutIt = anyKit().report();
        System.setProperty("tck.report", "");
        try {
            assertEquals(withoutIt, anyKit().report());
        } finally {
            System.clearProperty("tck.report");
        }
    }

    private static EventLoopTck anyKit() {
        return new EventLoopTck() {
            @Override
            protected EventLoopProvider provider() {
                throw new AssertionError("nothing is run");
            }

            @Override
            protected String column() {
                return "";
            }
        };
    }

    @Test
    void theSystemPropertyIsRead() {
        System.setProperty("tck.timeoutFactor", "4");
        try {
            assertEquals(Duration.ofSeconds(40), Limits.defaults().mustHappen());
        } finally {
            System.clearProperty("tck.timeoutFactor");
        }
    }

    @Test
    void whatIsNotAFactorIsNamed() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Limits.scaled("fast", null));
        assertEquals("tck.timeoutFactor is not a number above 0 and up to 1000: \"fast\"", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Limits.scaled(null, "0"));
        assertThrows(IllegalArgumentException.class, () -> Limits.scaled(null, "NaN"));
    }

    @Test
    void aSeedMayBeGivenEitherWay() {
        assertEquals(42, Seed.of("42", "7").value());
        assertEquals(7, Seed.of(null, "7").value());
        assertEquals(Seed.of("1", null).random("test").nextLong(), Seed.of(null, "1").random("test").nextLong());
    }

    @Test
    void whatIsNotASeedIsNamed() {
        String message = assertThrows(IllegalArgumentException.class, () -> Seed.of("fast", null)).getMessage();
        assertEquals("tck.seed (or TCK_SEED) is not a whole number: \"fast\" (leave it away for one by chance)", message);
    }
}
