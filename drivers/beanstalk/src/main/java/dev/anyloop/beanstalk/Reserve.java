package dev.anyloop.beanstalk;

/** A job that is waited for; made by {@link BeanstalkClient#reserve}. */
public interface Reserve {

    /**
     * Waits no longer. The callback does not run, and a job that the server sends meanwhile is nobody's: it is ready again when the
     * server has heard of this, which it does at once where the network is whole. Belongs to the loop thread.
     *
     * @return true if this call kept the callback from running
     */
    boolean cancel();
}
