package dev.anyloop.conformance.differential;

import dev.anyloop.conformance.differential.Step.Action;
import dev.anyloop.conformance.differential.Step.Wait;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scenarios that nobody needs luck to find. */
final class Chapters {

    private static final int MIB = 1 << 20;

    private Chapters() {}

    static Map<String, List<Scenario>> all() {
        Map<String, List<Scenario>> chapters = new LinkedHashMap<>();
        chapters.put("connect", List.of(
                scenario("written before connect", script(now(100), now(MIB)), script(received(MIB + 100, Action.CLOSE))),
                scenario("closed while connecting", script(now(Action.CLOSE)), script()),
                scenario("ended at once", script(), script(now(Action.CLOSE))),
                refused(script(now(10)))));
        chapters.put("read", List.of(
                scenario("pausing", script(now(3 * MIB), now(Action.END)),
                        script(now(Action.PAUSE), turns(3, Action.RESUME), received(100_000, Action.PAUSE),
                                turns(3, Action.RESUME), received(3 * MIB, Action.PAUSE), turns(3, Action.RESUME))),
                scenario("stopping", script(now(MIB), now(Action.END)),
                        script(received(1, Action.STOP), received(200_000, Action.STOP), received(MIB, Action.STOP)))));
        chapters.put("write", List.of(
                scenario("both ways at once", halfOpen(now(2 * MIB), now(0), now(1), now(Action.END)),
                        halfOpen(now(1), now(2 * MIB), now(Action.END))),
                scenario("a slow reader", script(now(MIB), completed(1, 3 * MIB), now(Action.CLOSE)),
                        script(now(Action.PAUSE), turns(20, Action.RESUME))),
                scenario("echo", script(now(70_000), received(70_000, 70_000), received(140_000, Action.CLOSE)),
                        script(received(70_000, 70_000), received(140_000, 70_000)))));
        chapters.put("half-close", List.of(
                scenario("answer after the end", script(now(1_000), now(Action.END)),
                        halfOpen(onEnd(MIB), now(Action.END))),
                scenario("answer in the end callback", script(now(1_000), now(Action.END)), script(onEnd(MIB))),
                scenario("both end", halfOpen(now(10), now(Action.END)), halfOpen(now(10), now(Action.END)))));
        chapters.put("close", List.of(
                scenario("all that was written arrives", script(), script(now(3 * MIB), now(Action.CLOSE))),
                scenario("unread input", script(now(MIB)), script(now(MIB), now(Action.CLOSE))),
                scenario("too late", script(now(10), now(Action.CLOSE), now(10), onClose(10)), script()),
                scenario("aborted", script(now(10), completed(1, Action.ABORT)), script(now(10)))));
        return chapters;
    }

    private static Scenario scenario(String name, Script client, Script server) {
        return new Scenario(name.hashCode(), List.of(new Exchange(false, client, server)), Chores.NONE, Chores.NONE);
    }

    private static Scenario refused(Script client) {
        return new Scenario(0, List.of(new Exchange(true, client, script())), Chores.NONE, Chores.NONE);
    }

    private static Script script(Step... steps) {
        return new Script(false, 0, List.of(steps));
    }

    private static Script halfOpen(Step... steps) {
        return new Script(true, 0, List.of(steps));
    }

    static Step now(int size) {
        return Step.write(Wait.NOTHING, 0, size);
    }

    static Step now(Action action) {
        return Step.of(Wait.NOTHING, 0, action);
    }

    static Step turns(int count, Action action) {
        return Step.of(Wait.TURNS, count, action);
    }

    static Step received(long count, Action action) {
        return Step.of(Wait.RECEIVED, count, action);
    }

    private static Step received(long count, int size) {
        return Step.write(Wait.RECEIVED, count, size);
    }

    static Step completed(long count, Action action) {
        return Step.of(Wait.COMPLETED, count, action);
    }

    static Step completed(long count, int size) {
        return Step.write(Wait.COMPLETED, count, size);
    }

    private static Step onEnd(int size) {
        return Step.write(Wait.END, 0, size);
    }

    private static Step onClose(int size) {
        return Step.write(Wait.CLOSE, 0, size);
    }
}
