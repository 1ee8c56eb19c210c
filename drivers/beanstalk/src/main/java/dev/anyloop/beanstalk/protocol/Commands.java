package dev.anyloop.beanstalk.protocol;

import static dev.anyloop.beanstalk.protocol.Word.BURIED;
import static dev.anyloop.beanstalk.protocol.Word.DEADLINE_SOON;
import static dev.anyloop.beanstalk.protocol.Word.DELETED;
import static dev.anyloop.beanstalk.protocol.Word.DRAINING;
import static dev.anyloop.beanstalk.protocol.Word.EXPECTED_CRLF;
import static dev.anyloop.beanstalk.protocol.Word.FOUND;
import static dev.anyloop.beanstalk.protocol.Word.INSERTED;
import static dev.anyloop.beanstalk.protocol.Word.JOB_TOO_BIG;
import static dev.anyloop.beanstalk.protocol.Word.KICKED;
import static dev.anyloop.beanstalk.protocol.Word.NOT_FOUND;
import static dev.anyloop.beanstalk.protocol.Word.NOT_IGNORED;
import static dev.anyloop.beanstalk.protocol.Word.OK;
import static dev.anyloop.beanstalk.protocol.Word.PAUSED;
import static dev.anyloop.beanstalk.protocol.Word.RELEASED;
import static dev.anyloop.beanstalk.protocol.Word.RESERVED;
import static dev.anyloop.beanstalk.protocol.Word.TIMED_OUT;
import static dev.anyloop.beanstalk.protocol.Word.TOUCHED;
import static dev.anyloop.beanstalk.protocol.Word.USING;
import static dev.anyloop.beanstalk.protocol.Word.WATCHING;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * All the commands of beanstalkd 1.12 but two: {@code quit} has no answer, and {@code reserve} without a timeout is not used,
 * since nobody would notice that its connection is dead. Each throws {@link IllegalArgumentException} for what cannot be sent.
 */
public final class Commands {

    /** Ends a connection; it has no answer. */
    public static final String QUIT = "quit\r\n";

    private Commands() {}

    // ---- producers ----

    public static Command<Answer> put(long priority, Duration delay, Duration timeToRun, byte[] body, int largest) {
        if (body.length > largest) {
            throw new IllegalArgumentException("a job of " + body.length + " bytes (maxJobSize is " + largest
                    + "; use BeanstalkOptions.withMaxJobSize if the server was started with a larger -z)");
        }
        String line = "put " + Checks.priority(priority) + " " + Checks.delay("delay", delay) + " " + Checks.timeToRun(timeToRun)
                + " " + body.length;
        return new Command<>(line, body, Set.of(INSERTED, BURIED), Commands::numbered)
                .refusedBy(EXPECTED_CRLF, JOB_TOO_BIG, DRAINING).changingJobs();
    }

    public static Command<String> use(String tube) {
        return new Command<>("use " + Checks.tube(tube), null, Set.of(USING), Commands::tube)
                .changingTubes(tubes -> tubes.using(tube));
    }

    // ---- workers ----

    public static Command<Answer> reserve(long seconds) {
        return new Command<>("reserve-with-timeout " + seconds, null, Set.of(RESERVED), answer -> answer)
                .refusedBy(TIMED_OUT, DEADLINE_SOON).waiting(seconds);
    }

    public static Command<Answer> reserveJob(long id) {
        return new Command<>("reserve-job " + Checks.id(id), null, Set.of(RESERVED), answer -> answer).refusedBy(NOT_FOUND);
    }

    public static Command<Answer> delete(long id) {
        return ofJob("delete " + Checks.id(id), DELETED);
    }

    public static Command<Answer> release(long id, long priority, Duration delay) {
        return ofJob("release " + Checks.id(id) + " " + Checks.priority(priority) + " " + Checks.delay("delay", delay), RELEASED)
                .refusedBy(NOT_FOUND, BURIED);
    }

    public static Command<Answer> bury(long id, long priority) {
        return ofJob("bury " + Checks.id(id) + " " + Checks.priority(priority), BURIED);
    }

    /** Cut off, it has changed nothing that outlives the connection. */
    public static Command<Answer> touch(long id) {
        return new Command<>("touch " + Checks.id(id), null, Set.of(TOUCHED), answer -> answer).refusedBy(NOT_FOUND);
    }

    public static Command<Integer> watch(String tube) {
        return new Command<>("watch " + Checks.tube(tube), null, Set.of(WATCHING), answer -> (int) answer.number())
                .changingTubes(tubes -> tubes.watching(tube));
    }

    public static Command<Integer> ignore(String tube) {
        return new Command<>("ignore " + Checks.tube(tube), null, Set.of(WATCHING), answer -> (int) answer.number())
                .refusedBy(NOT_IGNORED).changingTubes(tubes -> tubes.ignoring(tube));
    }

    // ---- others ----

    public static Command<Answer> peek(long id) {
        return peek("peek " + Checks.id(id));
    }

    public static Command<Answer> peekReady() {
        return peek("peek-ready");
    }

    public static Command<Answer> peekDelayed() {
        return peek("peek-delayed");
    }

    public static Command<Answer> peekBuried() {
        return peek("peek-buried");
    }

    private static Command<Answer> peek(String line) {
        return new Command<>(line, null, Set.of(FOUND), answer -> answer).refusedBy(NOT_FOUND);
    }

    public static Command<Long> kick(long count) {
        return new Command<>("kick " + Checks.count(count), null, Set.of(KICKED), answer -> numbered(answer).number()).changingJobs();
    }

    public static Command<Answer> kickJob(long id) {
        return ofJob("kick-job " + Checks.id(id), KICKED);
    }

    private static Command<Answer> ofJob(String line, Word success) {
        return new Command<>(line, null, Set.of(success), answer -> answer).refusedBy(NOT_FOUND).changingJobs();
    }

    public static Command<Map<String, String>> stats() {
        return new Command<>("stats", null, Set.of(OK), Commands::pairs);
    }

    public static Command<Map<String, String>> statsJob(long id) {
        return new Command<>("stats-job " + Checks.id(id), null, Set.of(OK), Commands::pairs).refusedBy(NOT_FOUND);
    }

    public static Command<Map<String, String>> statsTube(String tube) {
        return new Command<>("stats-tube " + Checks.tube(tube), null, Set.of(OK), Commands::pairs).refusedBy(NOT_FOUND);
    }

    public static Command<List<String>> listTubes() {
        return new Command<>("list-tubes", null, Set.of(OK), Commands::items);
    }

    public static Command<String> listTubeUsed() {
        return new Command<>("list-tube-used", null, Set.of(USING), Commands::tube);
    }

    public static Command<List<String>> listTubesWatched() {
        return new Command<>("list-tubes-watched", null, Set.of(OK), Commands::items);
    }

    public static Command<Answer> pauseTube(String tube, Duration time) {
        return new Command<>("pause-tube " + Checks.tube(tube) + " " + Checks.delay("pause", time), null, Set.of(PAUSED),
                answer -> answer).refusedBy(NOT_FOUND).changingJobs();
    }

    // ---- readings ----

    /** The word may come without a number where another command is answered. */
    private static Answer numbered(Answer answer) throws GarbledException {
        if (answer.number() == Answer.NO_NUMBER) {
            throw new GarbledException("an answer without its number", answer.word().name());
        }
        return answer;
    }

    private static String tube(Answer answer) {
        return Objects.requireNonNull(answer.tube());
    }

    private static Map<String, String> pairs(Answer answer) throws GarbledException {
        return Listing.pairs(Objects.requireNonNull(answer.body()));
    }

    private static List<String> items(Answer answer) throws GarbledException {
        return Listing.items(Objects.requireNonNull(answer.body()));
    }
}
