package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.Tubes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connection for commands, and the next one when it is lost: on that the tubes are restored before anything else is asked. */
final class CommandLine implements Connection.Owner {

    /** A command that waits for a connection. */
    private final class Unsent<T> {

        private final Command<T> command;
        private final AnswerCallback<T> callback;
        private final Wait patience;

        Unsent(Command<T> command, AnswerCallback<T> callback) {
            this.command = command;
            this.callback = callback;
            this.patience = endpoint.after(endpoint.options().answerTimeout(), timer -> {
                unsent.remove(this);
                fail();
                endIfDone();
            });
        }

        void send(Connection over) {
            patience.cancel();
            CommandLine.this.send(over, command, callback);
        }

        void giveUp() {
            patience.cancel();
            endpoint.later(this::fail);
        }

        private void fail() {
            new Pending<>(endpoint, command, callback).lost(cause);
        }
    }

    // set once
    private final Endpoint endpoint;
    private final Consumer<Exception> onLost;
    private final Backoff backoff;
    private final Set<Unsent<?>> unsent = new LinkedHashSet<>();
    // loop thread
    private @Nullable Connection connection;
    private boolean connected;
    private Tubes tubes = Tubes.INITIAL;
    private @Nullable Wait retry;
    private @Nullable Exception cause; // why there is no connection
    private boolean closed;

    CommandLine(Endpoint endpoint, Consumer<Exception> onLost) {
        this.endpoint = endpoint;
        this.onLost = onLost;
        this.backoff = new Backoff(endpoint.options());
        connect();
    }

    private void connect() {
        connection = new Connection(endpoint, this);
    }

    <T> void send(Command<T> command, AnswerCallback<T> callback) {
        if (connected) {
            send(connection, command, callback);
        } else {
            unsent.add(new Unsent<>(command, callback));
        }
    }

    private <T> void send(Connection over, Command<T> command, AnswerCallback<T> callback) {
        over.send(command, callback);
        tubes = over.tubes();
    }

    int unanswered() {
        return unsent.size() + (connected ? connection.unanswered() : 0);
    }

    @Override
    public void connected() {
        connected = true;
        cause = null;
        connection.restore(tubes);
        take().forEach(command -> command.send(connection));
        endIfDone();
    }

    @Override
    public void lost(Exception why) {
        if (connection.hasAnswered()) {
            backoff.reset();
        }
        connection = null;
        connected = false;
        cause = why;
        if (closed && unsent.isEmpty()) {
            return;
        }
        onLost.accept(why);
        retry = endpoint.retry(backoff.next(), timer -> connectAgain());
    }

    private void connectAgain() {
        if (!endpoint.tries(this::connect)) {
            giveUp();
        }
    }

    /** There are no more connections. */
    void giveUp() {
        take().forEach(Unsent::giveUp);
    }

    /** What was asked is answered, or fails, as if this were not; then the connection ends. */
    void close() {
        closed = true;
        endIfDone();
    }

    private void endIfDone() {
        if (!closed || !unsent.isEmpty()) {
            return;
        }
        if (connection != null) {
            connection.end();
        } else if (retry != null) {
            retry.cancel();
        }
    }

    private Iterable<Unsent<?>> take() {
        Iterable<Unsent<?>> taken = new ArrayList<>(unsent);
        unsent.clear();
        return taken;
    }
}
