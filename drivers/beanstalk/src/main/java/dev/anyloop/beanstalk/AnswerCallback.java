package dev.anyloop.beanstalk;

import org.jspecify.annotations.Nullable;

/**
 * Told what a command has brought.
 *
 * @param <T> what it tells when all is well
 */
@FunctionalInterface
public interface AnswerCallback<T> {

    /**
     * Called on the loop thread exactly once, never inside the call that asked, and in the order of the answers.
     *
     * @param answer what was asked for, or null if there is an error
     * @param error why not, or null
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}
     */
    void answered(@Nullable T answer, @Nullable BeanstalkException error) throws Exception;
}
