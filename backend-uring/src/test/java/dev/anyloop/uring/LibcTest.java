package dev.anyloop.uring;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LibcTest {

    /** Each connection that is reset tells it, and to ask for it is dear. */
    @Test
    void theWordsForAnErrorAreAskedForOnce() {
        String words = Libc.message(Errno.ENOBUFS);
        assertTrue(words.contains(" "), words);
        assertSame(words, Libc.message(Errno.ENOBUFS));
    }
}
