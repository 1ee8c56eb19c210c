package dev.anyloop.beanstalk;

import dev.anyloop.beanstalk.protocol.Answer;
import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.Commands;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job that this program holds, and nobody else, until it is deleted, released or buried; until its time to run is over, which
 * {@link #touch} begins afresh; or until its connection is lost. It has a connection of its own, which goes with it.
 *
 * <p>All methods belong to the loop thread. When one of {@link #delete}, {@link #release} and {@link #bury} was called, another is
 * misuse and throws {@link IllegalStateException}, until the server has said that the job is held all the same.
 */
public final class ReservedJob {

    // set once
    private final Endpoint endpoint;
    private final JobConnections connections;
    private final Connection connection;
    private final long id;
    private final byte[] body;
    // loop thread
    private boolean held = true;
    private boolean left; // the connection is no longer its own
    private @Nullable Command<?> ending;

    ReservedJob(Endpoint endpoint, JobConnections connections, Connection connection, Answer reserved) {
        this.endpoint = endpoint;
        this.connections = connections;
        this.connection = connection;
        this.id = reserved.number();
        this.body = Objects.requireNonNull(reserved.body());
        connections.pass(connection, cause -> leave());
    }

    /**
     * Its id.
     *
     * @return unique on its server
     */
    public long id() {
        return id;
    }

    /**
     * Its bytes.
     *
     * @return the receiver's to keep
     */
    public byte[] body() {
        return body;
    }

    /**
     * Whether the job is still held, as far as is known here: whoever works for long may stop when it is not.
     *
     * @return false once the connection is lost, the server has said that the job is not held, or it was finished
     */
    public boolean isHeld() {
        return held;
    }

    /**
     * Deletes it: it is done.
     *
     * @param callback told {@link BeanstalkError#NOT_FOUND} if it was not held any more: somebody else has it, or has done it;
     *     {@link BeanstalkError#CONNECTION_LOST} if the connection was lost before, so that it will be done again;
     *     {@link OutcomeUnknownException} if it was lost meanwhile
     */
    public void delete(DoneCallback callback) {
        end(Commands.delete(id), callback);
    }

    /**
     * Gives it back, for somebody else or oneself.
     *
     * @param priority its priority from now on
     * @param delay how long it is kept back, in whole seconds
     * @param callback as for {@link #delete}; {@link BeanstalkError#BURIED} if the server had no memory for it
     * @throws IllegalArgumentException if the server would not understand one of these
     */
    public void release(long priority, Duration delay, DoneCallback callback) {
        end(Commands.release(id, priority, delay), callback);
    }

    /**
     * Puts it aside until somebody kicks it.
     *
     * @param priority its priority from now on
     * @param callback as for {@link #delete}
     * @throws IllegalArgumentException if the priority is none
     */
    public void bury(long priority, DoneCallback callback) {
        end(Commands.bury(id, priority), callback);
    }

    private void end(Command<Answer> command, DoneCallback callback) {
        Objects.requireNonNull(callback, "callback");
        endpoint.checkThread();
        checkNotEnding();
        ending = command;
        connection.send(command, (answer, error) -> {
            if (error == null || error.kind() == BeanstalkError.NOT_FOUND || error.kind() == BeanstalkError.BURIED) {
                leave();
                connections.giveBack(connection);
            } else if (!left) {
                ending = null; // the server could not
            }
            callback.done(error);
        });
    }

    private void leave() {
        held = false;
        left = true;
    }

    /**
     * Begins its time to run afresh.
     *
     * @param callback told {@link BeanstalkError#NOT_FOUND} if it was not held any more
     */
    public void touch(DoneCallback callback) {
        Objects.requireNonNull(callback, "callback");
        endpoint.checkThread();
        checkNotEnding();
        connection.send(Commands.touch(id), (answer, error) -> {
            if (error != null && error.kind() == BeanstalkError.NOT_FOUND) {
                held = false;
            }
            callback.done(error);
        });
    }

    /**
     * Asks for its statistics, as {@link BeanstalkClient#statsJob} does, here in the order of its other commands.
     *
     * @param callback told {@code pri}, {@code ttr}, {@code time-left}, {@code reserves} and so on
     */
    public void stats(AnswerCallback<Stats> callback) {
        Objects.requireNonNull(callback, "callback");
        endpoint.checkThread();
        checkNotEnding();
        connection.send(Commands.statsJob(id),
                (stats, error) -> callback.answered(stats == null ? null : new Stats(stats), error));
    }

    void checkThread() {
        endpoint.checkThread();
    }

    private void checkNotEnding() {
        if (ending != null) {
            throw new IllegalStateException("job " + id + " is finished by \"" + ending + "\" (use it no more after that)");
        }
    }

    /**
     * Lets it go by closing its connection: the server makes it ready again when it hears of that. For when nothing else helps; a job
     * that is finished or lost is not changed by it.
     */
    public void abandon() {
        endpoint.checkThread();
        if (!left) {
            leave();
            connection.close();
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return "job " + id + " of " + endpoint;
    }
}
