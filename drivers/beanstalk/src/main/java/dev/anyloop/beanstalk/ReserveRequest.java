package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.protocol.Answer;
import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.Commands;
import dev.anyloop.beanstalk.protocol.Tubes;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that is waited for, on as many connections as it takes. It waits in pieces, so that a dead connection is noticed: between
 * two of them the server has no connection that waits, which costs the job's way there and back at the most.
 */
final class ReserveRequest implements Reserve, Connection.Owner {

    static final long FOR_EVER = Long.MAX_VALUE;

    // set once
    private final Endpoint endpoint;
    private final JobConnections connections;
    private final Tubes tubes;
    private final @Nullable Command<Answer> byId;
    private final AnswerCallback<ReservedJob> callback;
    private final Set<ReserveRequest> others;
    private final Backoff backoff;
    private final @Nullable Wait limit;
    // loop thread
    private long seconds; // that are left to wait
    private long piece;
    private @Nullable Connection connection;
    private @Nullable Wait retry;
    private @Nullable Exception cause;
    private boolean over;

    /** Of whatever comes within so many seconds. */
    static ReserveRequest next(Endpoint endpoint, JobConnections connections, Tubes tubes, long seconds,
            Set<ReserveRequest> others, AnswerCallback<ReservedJob> callback) {
        return new ReserveRequest(endpoint, connections, tubes, null, seconds, others, callback);
    }

    /** Of a certain one. */
    static ReserveRequest ofId(Endpoint endpoint, JobConnections connections, long id,
            Set<ReserveRequest> others, AnswerCallback<ReservedJob> callback) {
        return new ReserveRequest(endpoint, connections, Tubes.INITIAL, Commands.reserveJob(id), 0, others, callback);
    }

    private ReserveRequest(Endpoint endpoint, JobConnections connections, Tubes tubes, @Nullable Command<Answer> byId, long seconds,
            Set<ReserveRequest> others, AnswerCallback<ReservedJob> callback) {
        this.endpoint = endpoint;
        this.connections = connections;
        this.tubes = tubes;
        this.byId = byId;
        this.seconds = seconds;
        this.others = others;
        this.callback = callback;
        this.backoff = new Backoff(endpoint.options());
        attempt();
        this.limit = seconds == FOR_EVER ? null : endpoint.after(limit(seconds), timer -> tooLate());
        others.add(this);
    }

    private Duration limit(long waiting) {
        return endpoint.options().answerTimeout().plusSeconds(waiting);
    }

    private void attemptAgain() {
        if (!endpoint.tries(this::attempt)) {
            giveUp();
        }
    }

    private void attempt() {
        connection = connections.take(this);
        if (byId == null) {
            connection.restore(tubes);
        }
        ask();
    }

    private void ask() {
        piece = Math.min(seconds, endpoint.options().reserveCheck().toSeconds());
        connection.send(command(), this::answered);
    }

    private Command<Answer> command() {
        return byId != null ? byId : Commands.reserve(piece);
    }

    // ---- what comes of it ----

    private void answered(@Nullable Answer answer, @Nullable BeanstalkException error) {
        if (over || error != null && error.kind() == BeanstalkError.CONNECTION_LOST) {
            return; // lost() has seen to it
        }
        if (answer != null) {
            ReservedJob job = new ReservedJob(endpoint, connections, connection, answer);
            finish();
            endpoint.call(() -> callback.answered(job, null));
        } else if (error.kind() == BeanstalkError.TIMED_OUT && seconds > piece) {
            seconds -= seconds == FOR_EVER ? 0 : piece;
            ask();
        } else {
            connections.giveBack(connection);
            fail(error);
        }
    }

    @Override
    public void lost(Exception why) {
        if (over) {
            return;
        }
        if (connection.hasAnswered()) {
            backoff.reset();
        }
        connection = null;
        cause = why;
        retry = endpoint.retry(backoff.next(), timer -> attemptAgain());
    }

    private void tooLate() {
        if (connection != null) {
            connection.close();
        }
        fail(endpoint.failure(BeanstalkError.CONNECTION_LOST, command(), cause));
    }

    private void fail(BeanstalkException error) {
        finish();
        endpoint.call(() -> callback.answered(null, error));
    }

    // ---- the end ----

    @Override
    public boolean cancel() {
        endpoint.checkThread();
        return end();
    }

    private boolean end() {
        if (over) {
            return false;
        }
        finish();
        if (connection != null) {
            connection.close();
        }
        return true;
    }

    /** The client is closed, or its loop. */
    void giveUp() {
        if (end()) {
            endpoint.later(() -> callback.answered(null, endpoint.failure(BeanstalkError.CLOSED, command(), null)));
        }
    }

    private void finish() {
        over = true;
        others.remove(this);
        if (limit != null) {
            limit.cancel();
        }
        if (retry != null) {
            retry.cancel();
        }
    }
}
