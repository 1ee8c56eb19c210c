package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;

/** Is told of interim answers, such as 103 with links (RFC 9110, 15.2). */
@FunctionalInterface
public interface InterimCallback {

    /**
     * Called on the loop thread for each but {@code 100 Continue}, before the answer.
     *
     * @param status 102 to 199
     * @param headers its fields, valid during this call only
     * @throws Exception fails the request, and goes to the uncaught handler
     */
    void interim(int status, Headers headers) throws Exception;
}
