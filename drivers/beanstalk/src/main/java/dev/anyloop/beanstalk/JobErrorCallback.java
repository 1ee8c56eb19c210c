package dev.anyloop.beanstalk;

/** Told that a job of a worker did not go the way it should. */
@FunctionalInterface
public interface JobErrorCallback {

    /**
     * Called on the loop thread. If it does not come after {@link WorkerJob#done}, it was that which has deleted the job, and no
     * other work on it was.
     *
     * @param job the job
     * @param error what its handler threw or gave to {@link WorkerJob#failed}; or a {@link BeanstalkException} if it could not be
     *     deleted, released or buried: then it may be handled again, here or elsewhere
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}
     */
    void failed(WorkerJob job, Exception error) throws Exception;
}
