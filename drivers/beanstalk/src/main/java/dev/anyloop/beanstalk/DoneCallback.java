package dev.anyloop.beanstalk;

import org.jspecify.annotations.Nullable;

/** Told that something was done, or why not. */
@FunctionalInterface
public interface DoneCallback {

    /**
     * Called on the loop thread exactly once, never inside the call that asked, and in the order of the answers.
     *
     * @param error why it was not done, or null if it was
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}
     */
    void done(@Nullable BeanstalkException error) throws Exception;
}
