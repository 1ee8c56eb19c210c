package dev.anyloop.conformance.differential;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the specification has it: two ends and two streams of counted bytes between them. Whatever is
 * possible next is a move; which one is made is {@link Freedom}.
 */
final class Model {

    private static final int KINDS = 16;

    private final SplittableRandom random;
    /** Each play has its own preferences, so that a few plays see the extremes. */
    private final int[] weights = new int[2 * KINDS];
    /** Whether writes can complete before the peer has read; without it every program must still come to its end. */
    final boolean buffered;
    /** Whether resets are noticed. */
    final boolean resets;

    private final ModelEnd[] ends = new ModelEnd[2];
    /** The possible next moves: twice the kind, and the side. */
    private final int[] moves = new int[2 * KINDS];
    private int count;

    private Model(Exchange exchange, long seed, boolean buffered, boolean resets) {
        random = new SplittableRandom(seed);
        this.buffered = buffered;
        this.resets = resets;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 << random.nextInt(12);
        }
        for (Side side : Side.values()) {
            ends[side.ordinal()] = new ModelEnd(this, exchange, side);
        }
        ends[0].peer = ends[1];
        ends[1].peer = ends[0];
    }

    /** One way it can go: the traces of both ends, or nothing if it does not come to an end. */
    static @Nullable Map<Side, Trace> play(Exchange exchange, Map<Side, Payload> payloads, int round) {
        Model model = new Model(exchange, round, round % 3 > 0, round % 2 > 0);
        model.run();
        Map<Side, Trace> traces = new EnumMap<>(Side.class);
        for (ModelEnd end : model.ends) {
            if (!end.isOver()) {
                return null;
            }
            traces.put(end.side, end.trace(payloads.get(end.side.peer())));
        }
        return traces;
    }

    private void run() {
        ends[Side.CLIENT.ordinal()].begin();
        while (true) {
            count = 0;
            ends[0].offerMoves();
            ends[1].offerMoves();
            if (!goesOn()) {
                return;
            }
            int move = choose();
            ends[move % 2].make(move / 2);
        }
    }

    /**
     * Whether anything is certain to happen. That kernels take more while both ends have paused is not: how much they hold is
     * their choice. So two ends that each wait for that before they read again have no end, whatever some kernels hold.
     */
    private boolean goesOn() {
        int uncertain = 0;
        for (ModelEnd end : ends) {
            uncertain += end.hopesForRoom() ? 1 : 0;
        }
        return count > uncertain;
    }

    /** Its kind and side decide how likely a move is in this play. */
    private int choose() {
        int total = 0;
        for (int i = 0; i < count; i++) {
            total += weights[moves[i]];
        }
        int at = random.nextInt(total);
        for (int i = 0; i < count; i++) {
            at -= weights[moves[i]];
            if (at < 0) {
                return moves[i];
            }
        }
        throw new AssertionError();
    }

    void offer(int kind, Side side, boolean possible) {
        if (possible) {
            moves[count++] = 2 * kind + side.ordinal();
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
