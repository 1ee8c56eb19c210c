package dev.anyloop.beanstalk.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(4_294_967_295L);

    private record Ask(Command<?> command) implements Session.Asked {}

    @Test
    void commandsAreWrittenAsTheServerReadsThem() {
        assertSent("put 4294967295 4294967295 4294967295 3\r\na\nb\r\n", Commands.put(4_294_967_295L, MOST, MOST, bytes("a\nb"), 3));
        assertSent("put 0 0 1 0\r\n\r\n", Commands.put(0, Duration.ZERO, SECOND, new byte[0], 0));
        assertSent("use a\r\n", Commands.use("a"));
        assertSent("reserve-with-timeout 0\r\n", Commands.reserve(0));
        assertSent("reserve-job 7\r\n", Commands.reserveJob(7));
        assertSent("delete 7\r\n", Commands.delete(7));
        assertSent("release 7 2 1\r\n", Commands.release(7, 2, SECOND));
        assertSent("bury 7 2\r\n", Commands.bury(7, 2));
        assertSent("touch 7\r\n", Commands.touch(7));
        assertSent("watch a\r\n", Commands.watch("a"));
        assertSent("ignore a\r\n", Commands.ignore("a"));
        assertSent("peek 7\r\n", Commands.peek(7));
        assertSent("peek-ready\r\n", Commands.peekReady());
        assertSent("peek-delayed\r\n", Commands.peekDelayed());
        assertSent("peek-buried\r\n", Commands.peekBuried());
        assertSent("kick 10\r\n", Commands.kick(10));
        assertSent("kick-job 7\r\n", Commands.kickJob(7));
        assertSent("stats\r\n", Commands.stats());
        assertSent("stats-job 7\r\n", Commands.statsJob(7));
        assertSent("stats-tube a\r\n", Commands.statsTube("a"));
        assertSent("list-tubes\r\n", Commands.listTubes());
        assertSent("list-tube-used\r\n", Commands.listTubeUsed());
        assertSent("list-tubes-watched\r\n", Commands.listTubesWatched());
        assertSent("pause-tube a 1\r\n", Commands.pauseTube("a", SECOND));
    }

    private static void assertSent(String expected, Command<?> command) {
        assertEquals(expected, new String(command.bytes(), ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a b", "a\r\ndelete 1", "ä", "a:b", "a@b", "a*b", "a%b", "a,b", "a=b", "a\0b", "a\tb"})
    void namesThatTheServerDoesNotReadAreRefusedByName(String name) {
        assertRefused(name, () -> Commands.use(name));
        assertRefused(name, () -> Commands.watch(name));
        assertRefused(name, () -> Commands.ignore(name));
        assertRefused(name, () -> Commands.statsTube(name));
        assertRefused(name, () -> Commands.pauseTube(name, SECOND));
    }

    @Test
    void aNameIsOf200CharactersAtTheMost() {
        Commands.use("a".repeat(200));
        assertRefused("201 characters", () -> Commands.use("a".repeat(201)));
    }

    @Test
    void numbersThatTheServerWouldMisreadAreRefusedByName() {
        byte[] none = {};
        assertRefused("-1", () -> Commands.put(-1, Duration.ZERO, SECOND, none, 10));
        assertRefused("4294967296", () -> Commands.put(4_294_967_296L, Duration.ZERO, SECOND, none, 10));
        assertRefused("PT-1S", () -> Commands.put(0, SECOND.negated(), SECOND, none, 10));
        assertRefused("delay: ", () -> Commands.put(0, MOST.plus(SECOND), SECOND, none, 10));
        assertRefused("PT0.5S", () -> Commands.put(0, Duration.ofMillis(500), SECOND, none, 10));
        assertRefused("PT0S", () -> Commands.put(0, Duration.ZERO, Duration.ZERO, none, 10));
        assertRefused("timeToRun: ", () -> Commands.put(0, Duration.ZERO, MOST.plus(SECOND), none, 10));
        assertRefused("11 bytes", () -> Commands.put(0, Duration.ZERO, SECOND, new byte[11], 10));
        assertRefused("-7", () -> Commands.delete(-7));
        assertRefused("-1", () -> Commands.release(7, -1, SECOND));
        assertRefused("PT1.000000001S", () -> Commands.release(7, 0, SECOND.plusNanos(1)));
        assertRefused("0", () -> Commands.kick(0));
        assertRefused("pause: ", () -> Commands.pauseTube("a", SECOND.negated()));
        assertRefused("timeout: ", () -> Checks.wait(Duration.ofSeconds(2_147_483_648L)));
        assertEquals(2_147_483_647L, Checks.wait(Duration.ofSeconds(2_147_483_647L)));
    }

    /** The value, and the way out. */
    private static void assertRefused(String value, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(value) && message.contains("(") && message.contains("use "), message);
    }

    @Test
    void statisticsAreLinesOfTextAndNotYaml() throws GarbledException {
        assertEquals(Map.of("os", "#1 SMP: no", "version", "1.12", "draining", "false", "name", "0x1F"),
                read(Commands.stats(), "OK 63\r\n---\nos: #1 SMP: no\nversion: \"1.12\"\ndraining: false\nname: 0x1F\n"));
        assertEquals(List.of("default", "no", "1e3", "null"), read(Commands.listTubes(), "OK 35\r\n---\n- default\n- no\n- \"1e3\"\n- null\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "---\nnothing\n", "---\n: x\n", "a: b\n"})
    void statisticsThatCannotBeReadAreGarbled(String body) {
        assertThrows(GarbledException.class, () -> Listing.pairs(bytes(body)));
        assertThrows(GarbledException.class, () -> Listing.items(bytes(body)));
    }

    private static <T> T read(Command<T> command, String answer) throws GarbledException {
        String head = answer.replaceFirst("OK \\d+", "OK " + (answer.length() - answer.indexOf("---")));
        Answer whole = new Decoder(1000).next(ByteBuffer.wrap(bytes(head + "\r\n")));
        assertTrue(command.isSuccess(whole));
        return command.read(whole);
    }

    @Test
    void answersGoToWhatWasAskedInItsOrder() throws GarbledException {
        Session<Ask> session = new Session<>(100);
        List<Ask> asked = List.of(new Ask(Commands.delete(1)), new Ask(Commands.peekReady()), new Ask(Commands.delete(2)));
        asked.forEach(session::ask);
        ByteBuffer in = ByteBuffer.wrap(bytes("DELETED\r\nFOUND 4 1\r\nx\r\nNOT_FO"));
        assertEquals(asked.get(0), session.next(in).asked());
        assertEquals(asked.get(1), session.next(in).asked());
        assertEquals(null, session.next(in));
        assertEquals(List.of(asked.get(2)), session.lost());
        assertEquals(0, session.unanswered());
    }

    @Test
    void whatIsNoAnswerToTheCommandIsGarbled() {
        assertGarbled(Commands.delete(1), "INSERTED 1");
        assertGarbled(Commands.use("a"), "NOT_FOUND");
        assertGarbled(Commands.stats(), "DRAINING");
        assertGarbled(null, "DELETED");
        assertThrows(GarbledException.class, () -> Commands.kick(1).read(new Answer(Word.KICKED, Answer.NO_NUMBER, null, null)));
    }

    private static void assertGarbled(Command<?> command, String answer) {
        Session<Ask> session = new Session<>(100);
        if (command != null) {
            session.ask(new Ask(command));
        }
        assertThrows(GarbledException.class, () -> session.next(ByteBuffer.wrap(bytes(answer + "\r\n"))));
    }

    @Test
    void aPutThatIsRefusedForItsLineLeavesTheConnectionOutOfStep() {
        Command<Answer> put = Commands.put(0, Duration.ZERO, SECOND, bytes("delete 1"), 100);
        assertTrue(put.isOutOfStepAfter(new Answer(Word.BAD_FORMAT, Answer.NO_NUMBER, null, null)));
        assertEquals(false, put.isOutOfStepAfter(new Answer(Word.DRAINING, Answer.NO_NUMBER, null, null)));
        assertEquals(false, Commands.delete(1).isOutOfStepAfter(new Answer(Word.BAD_FORMAT, Answer.NO_NUMBER, null, null)));
    }

    @Test
    void tubesAreRestoredWithOneAlwaysWatched() {
        Tubes wanted = Tubes.INITIAL.using("u").watching("a").watching("b").ignoring("default");
        assertEquals(List.of("use u", "watch a", "watch b", "ignore default"),
                wanted.after(Tubes.INITIAL).stream().map(Command::toString).toList());
        assertEquals(List.of(), wanted.after(wanted));
        assertEquals(List.of("watch default", "ignore b"),
                wanted.ignoring("b").watching("default").after(wanted).stream().map(Command::toString).toList());
        assertEquals(Tubes.INITIAL, Tubes.INITIAL.ignoring("default"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
