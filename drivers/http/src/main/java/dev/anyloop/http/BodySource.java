package dev.anyloop.http;

/** Sends the body of a request, when it is its turn. */
@FunctionalInterface
public interface BodySource {

    /**
     * Called on the loop thread when the request has its connection and, if that was asked for, its {@code 100 Continue}. The body may be
     * sent here or later. Called again, with another sink, if the request is repeated ({@link ClientRequest#repeatable}).
     *
     * @param sink where to send it, and say when it ends
     * @throws Exception fails the request, and goes to the uncaught handler
     */
    void send(BodySink sink) throws Exception;
}
