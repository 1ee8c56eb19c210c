package dev.anyloop.conformance.differential;

import static dev.anyloop.conformance.differential.Chapters.completed;
import static dev.anyloop.conformance.differential.Chapters.now;
import static dev.anyloop.conformance.differential.Chapters.received;
import static dev.anyloop.conformance.differential.Chapters.turns;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.conformance.differential.Step.Action;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Plays of two ends that each wait for the other to read: whether they come to an end is up to the kernels between them. */
class EndlessTest {

    private static final int SMALL = 8_192;

    /** As seeds had them that got stuck, by what those were. */
    private static final Map<Long, Exchange> ENDLESS = Map.of(
            231_700L, exchange(0,
                    List.of(now(1_561_485), now(Action.PAUSE), completed(1, Action.RESUME), received(258_163, Action.CLOSE)),
                    List.of(now(100), completed(1, 258_063), received(1_156_874, Action.PAUSE), completed(2, Action.RESUME),
                            received(1_561_485, Action.CLOSE))),
            612_369L, exchange(SMALL,
                    List.of(now(11_421), now(169), completed(2, 266_195), now(Action.PAUSE), completed(3, Action.RESUME),
                            turns(1, Action.END)),
                    List.of(now(12_310), now(65_397), now(Action.PAUSE), completed(2, Action.RESUME), now(Action.ABORT))));

    @TestFactory
    Stream<DynamicTest> theModelKnowsThatKernelsMayHoldTooLittle() {
        return each(play -> assertNull(Expectation.thoroughly(play)));
    }

    @TestFactory
    Stream<DynamicTest> onTheSimulationTheyGetStuck() {
        return each(play -> assertTrue(Arena.SIM.play(play).loops().get(Side.CLIENT).contains("STUCK")));
    }

    /** No number of plays of the model would tell for certain, see {@link Generator}. */
    @Test
    void noScenarioHasTwoEndsThatWaitForEachOther() {
        LongStream.concat(LongStream.range(0, 2_000), ENDLESS.keySet().stream().mapToLong(seed -> seed))
                .mapToObj(seed -> Generator.hastily(seed).scenario())
                .forEach(scenario -> scenario.exchanges().forEach(exchange -> assertFalse(
                        exchange.client().waitsForReader() && exchange.server().waitsForReader(), scenario::toString)));
    }

    private static Stream<DynamicTest> each(Consumer<Scenario> test) {
        return ENDLESS.entrySet().stream().map(play -> DynamicTest.dynamicTest("of seed " + play.getKey(), () -> test.accept(
                new Scenario(play.getKey(), List.of(play.getValue()), Chores.NONE, Chores.NONE))));
    }

    private static Exchange exchange(int bufferSize, List<Step> client, List<Step> server) {
        return new Exchange(false, new Script(false, bufferSize, client), new Script(false, bufferSize, server));
    }
}
