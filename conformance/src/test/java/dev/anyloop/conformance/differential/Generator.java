package dev.anyloop.conformance.differential;

import dev.anyloop.conformance.differential.Chores.Alarm;
import dev.anyloop.conformance.differential.Step.Action;
import dev.anyloop.conformance.differential.Step.Wait;
import dev.anyloop.conformance.differential.Trace.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Makes scenarios that come to an end. Changing it changes what every seed means. */
final class Generator {

    private final SplittableRandom random;
    private final long seed;
    private final int plays; // of the model, in which what is made has to come to an end

    private Generator(long seed, int plays) {
        this.seed = seed;
        this.plays = plays;
        random = new SplittableRandom(seed);
    }

    /** With what those plays of the model come to. */
    record Made(Scenario scenario, Expectation expected) {}

    static Scenario scenario(long seed) {
        return new Generator(seed, Expectation.PLAYS).make().scenario();
    }

    /** For where one that hangs costs nothing; most seeds mean the same. */
    static Made hastily(long seed) {
        return new Generator(seed, Expectation.FEW_PLAYS).make();
    }

    private Made make() {
        List<Exchange> exchanges = new ArrayList<>();
        List<Map<Side, Map<Field, String>>> expected = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        while (exchanges.size() < count) {
            Exchange exchange = exchange();
            Map<Side, Map<Field, String>> agreed =
                    Expectation.of(exchange, Payload.ofBoth(seed, exchanges.size()), plays);
            if (agreed != null) {
                exchanges.add(exchange);
                expected.add(agreed);
            }
        }
        return new Made(new Scenario(seed, exchanges, chores(), chores()), new Expectation(expected));
    }

    private Exchange exchange() {
        List<Integer> fromClient = sizes();
        List<Integer> fromServer = sizes();
        boolean refused = chance(12);
        Script client = script(Side.CLIENT, fromClient, total(fromServer));
        Script server = script(Side.SERVER, fromServer, total(fromClient));
        return new Exchange(refused, client, client.waitsForReader() ? readingAgain(server) : server);
    }

    /**
     * Two ends that do not read until what they wrote is taken may wait for each other, if kernels hold less than that. How
     * much they hold is theirs to choose, and no number of plays tells for certain that it is enough. So at most one end waits
     * for that; the other reads again by itself, and then all that was written to it is taken.
     */
    private static Script readingAgain(Script script) {
        return script.withSteps(script.steps().stream()
                .map(step -> step.waitsForReader() ? Step.of(Wait.TURNS, 1, step.action()) : step)
                .toList());
    }

    private static long total(List<Integer> sizes) {
        return sizes.stream().mapToLong(size -> size).sum();
    }

    private List<Integer> sizes() {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> size()).toList();
    }

    private int size() {
        return switch (random.nextInt(16)) {
            case 0 -> 0;
            case 1, 2, 3 -> 65_000 + random.nextInt(1_200);
            case 4 -> 250_000 + random.nextInt(20_000);
            case 5 -> chance(4) ? 1_000_000 + random.nextInt(2_000_000) : 1;
            case 6, 7, 8, 9 -> 1 + random.nextInt(20_000);
            default -> 1 + random.nextInt(200);
        };
    }

    // ---- a script: writes, with other things in between, and a way to end ----

    private Script script(Side side, List<Integer> sizes, long incoming) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            steps.add(moved(Step.write(Wait.NOTHING, 0, sizes.get(i)), side, incoming, i));
            distract(steps, side, incoming, i + 1);
        }
        if (sizes.isEmpty()) {
            distract(steps, side, incoming, 0);
        }
        finish(steps, side, incoming, sizes.size());
        return new Script(chance(3), chance(5) ? 8_192 : 0, steps);
    }

    /** Makes a step wait for something, or not. */
    private Step moved(Step step, Side side, long incoming, int writes) {
        return switch (random.nextInt(6)) {
            case 0 -> new Step(Wait.TURNS, 1 + random.nextInt(3), step.action(), step.size());
            case 1, 2 -> incoming == 0 ? step
                    : new Step(Wait.RECEIVED, 1 + random.nextLong(incoming), step.action(), step.size());
            case 3 -> new Step(Wait.COMPLETED, writes, step.action(), step.size());
            case 4 -> side == Side.CLIENT ? new Step(Wait.CONNECT, 0, step.action(), step.size()) : step;
            default -> step;
        };
    }

    private void distract(List<Step> steps, Side side, long incoming, int writes) {
        switch (random.nextInt(10)) {
            case 0, 1 -> {
                steps.add(moved(Step.of(Wait.NOTHING, 0, Action.PAUSE), side, incoming, writes));
                steps.add(random.nextBoolean()
                        ? Step.of(Wait.TURNS, 1 + random.nextInt(4), Action.RESUME)
                        : Step.of(Wait.COMPLETED, writes, Action.RESUME));
            }
            case 2 -> steps.add(moved(Step.of(Wait.NOTHING, 0, Action.STOP), side, incoming, writes));
            case 3 -> steps.add(moved(Step.of(Wait.NOTHING, 0, Action.THROW), side, incoming, writes));
            default -> { }
        }
    }

    private void finish(List<Step> steps, Side side, long incoming, int writes) {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> steps.add(received(incoming, Action.END));
            case 4, 5 -> steps.add(moved(Step.of(Wait.NOTHING, 0, Action.END), side, incoming, writes));
            case 6, 7, 8 -> steps.add(received(incoming, Action.CLOSE));
            case 9 -> steps.add(moved(Step.of(Wait.NOTHING, 0, Action.CLOSE), side, incoming, writes));
            case 10 -> steps.add(moved(Step.of(Wait.NOTHING, 0, Action.ABORT), side, incoming, writes));
            case 11, 12, 13 -> steps.add(Step.of(Wait.END, 0, random.nextBoolean() ? Action.CLOSE : Action.END));
            default -> { } // the peer has to
        }
        if (chance(6)) {
            steps.add(Step.write(chance(2) ? Wait.CLOSE : Wait.NOTHING, 0, random.nextInt(100)));
        }
    }

    private static Step received(long incoming, Action action) {
        return Step.of(Wait.RECEIVED, incoming, action);
    }

    // ---- chores ----

    private Chores chores() {
        int tasks = chance(3) ? 1 + random.nextInt(6) : 0;
        if (!chance(8)) {
            return new Chores(List.of(), tasks);
        }
        int count = 1 + random.nextInt(4);
        List<Integer> delays = new ArrayList<>(IntStream.range(0, count).mapToObj(i -> i * 16).toList());
        Collections.shuffle(delays, new Random(random.nextLong()));
        return new Chores(IntStream.range(0, count)
                .mapToObj(i -> new Alarm(delays.get(i), random.nextInt(count)))
                .toList(), tasks);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
