package dev.anyloop.beanstalk;

/** Told that a worker has stopped. */
@FunctionalInterface
public interface WorkerCallback {

    /**
     * Called on the loop thread when the worker holds no job and will get none.
     *
     * @param worker the worker
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}
     */
    void stopped(BeanstalkWorker worker) throws Exception;
}
