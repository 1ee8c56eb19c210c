package dev.anyloop.beanstalk;

import dev.anyloop.CompletionCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.Socket;
import dev.anyloop.beanstalk.protocol.Answer;
import dev.anyloop.beanstalk.protocol.Command;
import dev.anyloop.beanstalk.protocol.GarbledException;
import dev.anyloop.beanstalk.protocol.Session;
import org.jspecify.annotations.Nullable;

/** A command on its way, and who waits for its answer. */
final class Pending<T> implements Session.Asked, CompletionCallback {

    // set once
    private final Endpoint endpoint;
    private final Command<T> command;
    private final AnswerCallback<T> callback;
    // loop thread
    private boolean sent;

    Pending(Endpoint endpoint, Command<T> command, AnswerCallback<T> callback) {
        this.endpoint = endpoint;
        this.command = command;
        this.callback = callback;
    }

    @Override
    public Command<T> command() {
        return command;
    }

    /** What the kernel never had in whole, the server cannot have done. */
    @Override
    public void completed(Socket socket, @Nullable NetworkException error) {
        sent = error == null;
    }

    /** Throws if the answer cannot be read, and has told nobody then. */
    void answered(Answer answer) throws GarbledException {
        if (command.isSuccess(answer)) {
            T value = command.read(answer);
            endpoint.call(() -> callback.answered(value, null));
        } else {
            fail(endpoint.failure(BeanstalkError.valueOf(answer.word().name()), command, null));
        }
    }

    /** There will be no answer. */
    void lost(@Nullable Throwable cause) {
        fail(sent && command.changesJobs() ? endpoint.unknown(command, cause)
                : endpoint.failure(BeanstalkError.CONNECTION_LOST, command, cause));
    }

    private void fail(BeanstalkException error) {
        endpoint.call(() -> callback.answered(null, error));
    }
}
