package dev.anyloop.tck.onfake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anyloop.core.transport.Fifo;
import org.junit.jupiter.api.Test;

/** What a transport keeps its releases in. */
class FifoTest {

    private static final int MORE_THAN_AN_ARRAY_HOLDS = Integer.MAX_VALUE;

    private final Fifo<Integer> fifo = new Fifo<>();

    @Test
    void theOrderIsKeptWhereverTheRingBeginsAndHoweverItGrows() {
        int added = 0;
        int taken = 0;
        for (int round = 1; round < 50; round++) {
            for (int i = 0; i < round; i++) {
                fifo.add(added++);
            }
            for (int i = 0; i < round - 1; i++) {
                assertEquals(taken++, fifo.poll());
            }
            assertEquals(added - taken, fifo.size());
        }
        while (!fifo.isEmpty()) {
            assertEquals(taken++, fifo.poll());
        }
        assertEquals(added, taken);
        assertNull(fifo.poll());
    }

    @Test
    void nothingIsLostWhenItCannotGrow() {
        for (int i = 0; i < 16; i++) {
            fifo.add(i);
        }
        assertThrows(NegativeArraySizeException.class, () -> fifo.makeRoom(MORE_THAN_AN_ARRAY_HOLDS));
        fifo.add(16);
        for (int i = 0; i <= 16; i++) {
            assertEquals(i, fifo.poll());
        }
    }
}
