package dev.anyloop.conformance.differential;

import dev.anyloop.conformance.differential.Step.Action;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of the connection in the model. */
final class ModelEnd implements Player.Stage {

    /** A write: where in the stream it ends, or -1 if it came too late to be sent. */
    private record Write(long end) {}

    private record Later(long turns, Runnable action) {}

    final Side side;
    ModelEnd peer = this;

    private final Model model;
    private final boolean refused;
    private final Script script;
    private final Player player;

    // ---- our output ----
    private final List<Write> writes = new ArrayList<>();
    private final List<String> completions = new ArrayList<>();
    private long sent;
    private long accepted;
    /** Taken by the peer, delivered or not. */
    private long taken;
    private boolean finished;

    // ---- our input ----
    private long received;
    private boolean ended;
    private boolean paused;

    // ---- our life ----
    private boolean opened;
    private boolean absent;
    private boolean inAccept;
    private boolean closing;
    private boolean aborted;
    private boolean closed;
    private int thrown;
    /** What becomes of the writes that are not done: set once it has failed or was aborted. */
    private @Nullable String doom;
    private @Nullable String error;
    private @Nullable String closeError;
    private final List<Later> laters = new ArrayList<>();

    ModelEnd(Model model, Exchange exchange, Side side) {
        this.model = model;
        this.side = side;
        refused = exchange.refused();
        script = exchange.script(side);
        player = new Player(script, this);
        absent = refused && side == Side.SERVER;
    }

    void begin() {
        player.proceed();
    }

    boolean isOver() {
        return closed || absent;
    }

    Trace trace(Payload incoming) {
        return Trace.of(opened, incoming.prefix(received), ended, error, closeError, completions, thrown, List.of());
    }

    // ---- what can happen next (Freedom.ORDER) ----

    void offerMoves() {
        boolean live = opened && !closed;
        boolean reading = live && !paused && !closing && !ended;
        model.offer(0, side, side == Side.CLIENT && !opened && !closing && !closed && !refused);
        model.offer(1, side, side == Side.SERVER && !opened && !absent);
        model.offer(2, side, side == Side.SERVER && !opened && !absent && peer.closed && peer.gaveUp()); // Freedom.GIVEN_UP
        model.offer(3, side, side == Side.CLIENT && refused && !closing && !closed);
        model.offer(4, side, !laters.isEmpty());
        model.offer(5, side, mayBuffer()); // Freedom.BUFFERING
        model.offer(6, side, canComplete());
        model.offer(7, side, reading && available() > 0);
        model.offer(8, side, reading && peer.isSpent());
        model.offer(9, side, live && closing && available() > 0);
        model.offer(10, side, canRelease());
        model.offer(11, side, live && doom == null && peer.isOver() && taken < sent); // Freedom.RESET
        model.offer(12, side, live && doom == null && model.resets && mayBeReset());
    }

    void make(int move) {
        switch (move) {
            case 0 -> open();
            case 1 -> accept();
            case 2 -> absent = true;
            case 3 -> fail("CONNECT_REFUSED");
            case 4 -> turn();
            case 5 -> accepted += model.some(sent - accepted, 0);
            case 6 -> complete();
            case 7 -> deliver();
            case 8 -> end();
            case 9 -> take(available());
            case 10 -> close();
            case 11 -> peer.take(sent - taken);
            case 12 -> fail("CONNECTION_RESET");
            default -> throw new AssertionError(move);
        }
    }

    /** Whether a kernel could take more of what nobody reads; one with little room does not. */
    boolean hopesForRoom() {
        return mayBuffer() && peer.paused && !peer.closing;
    }

    private boolean mayBuffer() {
        return opened && !closed && model.buffered && accepted < sent && doom == null;
    }

    private boolean gaveUp() {
        return aborted || closed && !opened;
    }

    private long available() {
        return peer.opened ? (model.buffered || peer.doom != null ? peer.accepted : peer.sent) - peer.taken : 0;
    }

    private boolean isSpent() {
        return gaveUp() || finished && opened && taken == sent; // Freedom.AFTER_ABORT
    }

    private boolean canComplete() {
        if (completions.size() == writes.size()) {
            return false;
        }
        long end = writes.get(completions.size()).end();
        return end < 0 || doom != null || opened && accepted >= end;
    }

    private boolean canRelease() {
        if (closed || !opened && doom == null) {
            return false;
        }
        boolean told = completions.size() == writes.size();
        return told && (doom != null || accepted == sent && (closing || ended && finished));
    }

    /** Bytes of ours that the peer will never ask for (Freedom.RESET), or a peer that is gone (Freedom.AFTER_ABORT). */
    private boolean mayBeReset() {
        return peer.gaveUp() || (peer.closing || peer.closed) && sent > peer.received;
    }

    // ---- moves ----

    private void open() {
        opened = true;
        player.proceed();
    }

    private void accept() {
        opened = true;
        inAccept = true;
        player.proceed();
        inAccept = false;
    }

    private void turn() {
        Later first = laters.remove(0);
        if (first.turns() > 1) {
            laters.add(0, new Later(first.turns() - 1, first.action()));
        } else {
            first.action().run();
        }
    }

    private void complete() {
        completions.add(outcome(writes.get(completions.size())));
        player.proceed();
    }

    private void deliver() {
        long count = model.some(available(), player.threshold() - received); // Freedom.CHUNKS
        received += count;
        take(count);
        player.proceed();
    }

    private void take(long count) {
        peer.taken += count;
        peer.accepted = Math.max(peer.accepted, peer.taken);
    }

    private void end() {
        ended = true;
        player.proceed();
        if (!script.allowHalfOpen() && !closing) {
            finished = true;
            closing = true;
        }
    }

    private void fail(String kind) {
        boolean silent = closing;
        if (!silent) {
            error = kind;
        }
        closeError = silent && (accepted == sent || model.flip()) ? null : kind;
        giveUp(kind);
    }

    private void giveUp(String kind) {
        doom = kind;
        closing = true;
        finished = true;
    }

    private void close() {
        closing = true;
        closed = true;
        player.closed();
    }

    /** Whether the news that the kernel has taken a write came before the failure is open (Freedom.BUFFERING). */
    private String outcome(Write write) {
        if (write.end() < 0) {
            return "SOCKET_CLOSED";
        }
        boolean done = opened && accepted >= write.end();
        return done && (doom == null || model.flip()) ? "ok" : doom;
    }

    // ---- steps ----

    @Override
    public boolean holds(Step step) {
        return switch (step.until()) {
            case NOTHING -> true;
            case TURNS -> false;
            case CONNECT -> opened;
            case RECEIVED -> received >= step.amount();
            case COMPLETED -> completions.size() >= step.amount();
            case END -> ended;
            case CLOSE -> closed;
        };
    }

    @Override
    public boolean take(Step step) {
        switch (step.action()) {
            case WRITE -> write(step.size());
            case PAUSE -> paused = true;
            case RESUME -> paused = false;
            case END -> finished = true;
            case CLOSE -> {
                finished = true;
                closing = true;
                if (!opened) {
                    giveUp("SOCKET_CLOSED");
                }
            }
            case ABORT -> abort();
            case STOP -> { }
            case THROW -> thrown++;
        }
        if (step.action() != Action.THROW) {
            return true;
        }
        if (inAccept) {
            abort(); // LISTEN-008
        }
        later(1, player::proceed);
        return false;
    }

    private void write(int size) {
        if (finished) {
            writes.add(new Write(-1));
        } else {
            sent += size;
            if (opened && model.buffered && size > 0 && model.flip()) {
                accepted += model.some(sent - accepted, 0); // WRITE-008, Freedom.BUFFERING
            }
            writes.add(new Write(sent));
        }
    }

    private void abort() {
        if (doom == null && !closed) {
            aborted = true;
            giveUp("SOCKET_CLOSED");
        }
    }

    @Override
    public void later(long turns, Runnable action) {
        laters.add(new Later(turns, action));
    }
}
