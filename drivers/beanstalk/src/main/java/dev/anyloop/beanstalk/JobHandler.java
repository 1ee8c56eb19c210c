package dev.anyloop.beanstalk;

/** Works on jobs, for a {@link BeanstalkWorker}. */
@FunctionalInterface
public interface JobHandler {

    /**
     * Called on the loop thread for each job. It must not block: what takes long goes to another thread, which comes back by
     * {@link dev.anyloop.EventLoop#execute} to say what has become of it.
     *
     * @param job to be finished by {@link WorkerJob#done}, {@link WorkerJob#failed} or {@link WorkerJob#bury}, now or later
     * @throws Exception is as good as {@link WorkerJob#failed} with it
     */
    void handle(WorkerJob job) throws Exception;
}
