package dev.anyloop.conformance.differential;

import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One end of a connection, on a real socket: plays its script and writes down what it sees. Belongs to its loop thread. */
final class Endpoint implements Player.Stage {

    /** What a script throws, so that it is known where it went. */
    static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Endpoint from;

        private Planned(Endpoint from) {
            super("planned", null, false, false);
            this.from = from;
        }

        void arrived() {
            from.thrown++;
        }
    }

    private final LoopScript loop;
    private final Player player;
    private final Payload outgoing;
    private final Payload incoming;
    private final long incomingSize;

    private @Nullable Socket socket;
    private boolean opened;
    private boolean ended;
    private boolean aborted;
    private boolean closed;
    private @Nullable String error;
    private @Nullable String closeError;
    private long received;
    private long sent;
    private int writes;
    private final List<String> completions = new ArrayList<>();
    private int thrown;
    private final List<String> broken = new ArrayList<>();
    private @Nullable Runnable onClosed;

    Endpoint(LoopScript loop, Script script, Payload outgoing, Payload incoming, long incomingSize) {
        this.loop = loop;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.incomingSize = incomingSize;
        player = new Player(script, this);
    }

    void connecting(Socket connecting) {
        listenTo(connecting.onConnect(same -> {
            check(!opened && error == null && !closed, "connect");
            opened = true;
            player.proceed();
        }));
        player.proceed();
    }

    void accepted(Socket accepted) {
        check(!opened, "accepted again");
        opened = true;
        listenTo(accepted);
        player.proceed();
    }

    private void listenTo(Socket it) {
        socket = it;
        it.onRead((same, data) -> received(data)).onEnd(same -> ended()).onError((same, cause) -> failed(cause))
                .onClose((same, cause) -> closed(cause));
    }

    private void received(ByteBuffer data) {
        check(opened && !ended && error == null && !closed, "data");
        long offset = received;
        received += data.remaining();
        long wrong = incoming.mismatch(offset, data);
        check(wrong < 0, "wrong byte at " + wrong);
        check(received <= incomingSize, "more than was sent");
        player.proceed();
    }

    private void ended() {
        check(opened && !ended && error == null && !closed, "end");
        ended = true;
        player.proceed();
    }

    private void failed(NetworkException cause) {
        check(error == null && !closed, "error");
        error = cause.kind().name();
    }

    private void closed(@Nullable NetworkException cause) {
        check(!closed, "close");
        check(completions.size() == writes, "close before completions");
        closed = true;
        closeError = cause == null ? null : cause.kind().name();
        if (onClosed != null) {
            onClosed.run();
        }
        player.closed();
    }

    /** A breach of the grammar is written down once, the rest is mostly its echo. */
    private void check(boolean kept, String what) {
        if (!kept && broken.size() < 3) {
            broken.add(what);
        }
    }

    void onClosed(Runnable action) {
        onClosed = action;
    }


    /** Whether the peer can count on being told of this connection. */
    boolean wasGivenUp() {
        return !opened || aborted;
    }

    Trace trace() {
        return Trace.of(opened, incoming.prefix(received), ended, error, closeError, completions, thrown, broken);
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
            case PAUSE -> socket.pause();
            case RESUME -> socket.resume();
            case END -> socket.end();
            case CLOSE -> socket.close();
            case ABORT -> {
                aborted = true;
                socket.abort();
            }
            case STOP -> loop.stop();
            case THROW -> {
                later(1, player::proceed);
                throw new Planned(this);
            }
        }
        return true;
    }

    private void write(int size) {
        int index = writes++;
        ByteBuffer bytes = outgoing.bytes(sent, size);
        sent += size;
        socket.write(bytes, (same, cause) -> {
            check(completions.size() == index, "completion " + index + " in place " + completions.size());
            completions.add(cause == null ? "ok" : cause.kind().name());
            player.proceed();
        });
    }

    @Override
    public void later(long turns, Runnable action) {
        loop.execute(() -> {
            if (turns > 1) {
                later(turns - 1, action);
            } else {
                action.run();
            }
        });
    }
}
