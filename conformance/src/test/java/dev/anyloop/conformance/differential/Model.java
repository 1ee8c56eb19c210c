package dev.anyloop.conformance.differential;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the specification has it: two ends and two streams of counted bytes between them. Whatever is
 * possible next is a move; which one is made is {@link Freedom}.
 */
final class Model {

    /** A possible next move; its kind and side decide how likely it is in this play. */
    private record Move(int kind, Side side, Runnable action) {}

    private static final int KINDS = 16;

    private final SplittableRandom random;
    /** Each play has its own preferences, so that a few plays see the extremes. */
    private final int[] weights = new int[2 * KINDS];
    /** Whether writes can complete before the peer has read; without it every program must still come to its end. */
    final boolean buffered;
    /** Whether resets are noticed. */
    final boolean resets;

    private final Map<Side, ModelEnd> ends = new EnumMap<>(Side.class);
    private final List<Move> moves = new ArrayList<>();

    private Model(Exchange exchange, long seed, boolean buffered, boolean resets) {
        random = new SplittableRandom(seed);
        this.buffered = buffered;
        this.resets = resets;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 << random.nextInt(12);
        }
        for (Side side : Side.values()) {
            ends.put(side, new ModelEnd(this, exchange, side));
        }
        ends.get(Side.CLIENT).peer = ends.get(Side.SERVER);
        ends.get(Side.SERVER).peer = ends.get(Side.CLIENT);
    }

    /** One way it can go: the traces of both ends, or nothing if it does not come to an end. */
    static @Nullable Map<Side, Trace> play(Exchange exchange, Map<Side, Payload> payloads, int round) {
        Model model = new Model(exchange, round, round % 3 > 0, round % 2 > 0);
        model.run();
        Map<Side, Trace> traces = new EnumMap<>(Side.class);
        for (ModelEnd end : model.ends.values()) {
            if (!end.isOver()) {
                return null;
            }
            traces.put(end.side, end.trace(payloads.get(end.side.peer())));
        }
        return traces;
    }

    private void run() {
        ends.get(Side.CLIENT).begin();
        while (true) {
            moves.clear();
            ends.values().forEach(ModelEnd::offerMoves);
            if (moves.isEmpty()) {
                return;
            }
            choose().action().run();
        }
    }

    private Move choose() {
        int total = 0;
        for (Move move : moves) {
            total += weight(move);
        }
        int at = random.nextInt(total);
        for (Move move : moves) {
            at -= weight(move);
            if (at < 0) {
                return move;
            }
        }
        throw new AssertionError();
    }

    private int weight(Move move) {
        return weights[2 * move.kind() + move.side().ordinal()];
    }

    void offer(int kind, Side side, boolean possible, Runnable action) {
        if (possible) {
            moves.add(new Move(kind, side, action));
        }
    }

    /** A part of what there is, at least one. */
    long some(long available, long threshold) {
        return switch (random.nextInt(3)) {
            case 0 -> threshold > 0 && threshold < available ? threshold : available;
            case 1 -> 1 + random.nextLong(available);
            default -> available;
        };
    }

    boolean flip() {
        return random.nextBoolean();
    }
}
