package dev.anyloop.tck.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "connect data data end close", "connect close", "close", "error close", "connect end error close",
        "connect drain data drain end drain close"
    })
    void acceptsWhatTheRuleAllows(String events) {
        Grammar grammar = new Grammar(false);
        for (String event : events.split(" ")) {
            assertNull(grammar.next(event, true), event);
        }
        assertNull(grammar.atEnd());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "data", "end", "drain", "connect connect", "connect end end", "connect end data", "error error", "error data",
        "connect error end", "error connect", "close close", "close data", "close error", "connect close end",
        "connect close drain"
    })
    void refusesTheLastOf(String events) {
        Grammar grammar = new Grammar(false);
        String[] all = events.split(" ");
        for (int i = 0; i < all.length - 1; i++) {
            assertNull(grammar.next(all[i], true), all[i]);
        }
        assertNotNull(grammar.next(all[all.length - 1], true));
    }

    @Test
    void anAcceptedSocketIsConnectedAlready() {
        assertNotNull(new Grammar(true).next("connect", true));
        assertNull(new Grammar(true).next("data", true));
    }

    @Test
    void nothingButErrorAndCloseComesToASocketThatIsNotOpen() {
        assertEquals("\"data\" must not come after close() or abort()", new Grammar(true).next("data", false));
        assertNotNull(new Grammar(true).next("end", false));
        assertNull(new Grammar(true).next("error", false));
        assertNull(new Grammar(true).next("close", false));
    }

    @Test
    void completionsComeOnceInOrderAndBeforeTheClose() {
        Grammar grammar = new Grammar(true);
        grammar.expectCompletion("a");
        grammar.expectCompletion("b");
        assertEquals("closed before the completions [a, b]", grammar.next("close", false));
        assertEquals("completion b came before a", grammar.completed("b"));
        assertEquals("completion b came twice", grammar.completed("b"));
        assertNull(grammar.completed("a"));
        assertNull(grammar.next("close", false));
    }

    @Test
    void aSocketThatWasNeverClosedIsAProblem() {
        assertNotNull(new Grammar(true).atEnd());
    }
}
