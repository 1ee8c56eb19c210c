package dev.anyloop.beanstalk;

/** Told that a client has no connection. */
@FunctionalInterface
public interface LostCallback {

    /**
     * Called on the loop thread each time that the connection for commands is lost or could not be made; the client tries again by
     * itself.
     *
     * @param client whose connection
     * @param cause a {@link dev.anyloop.NetworkException}, or what the server did instead of speaking as a beanstalkd does
     * @throws Exception goes to the {@link dev.anyloop.EventLoop#onUncaught uncaught handler}
     */
    void lost(BeanstalkClient client, Exception cause) throws Exception;
}
