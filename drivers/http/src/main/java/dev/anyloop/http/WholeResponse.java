package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import java.nio.charset.StandardCharsets;

/**
 * An answer as a whole, to keep.
 *
 * @param status 200 to 599
 * @param headers its fields
 * @param body all of it; not copied
 * @param trailers the fields after a chunked body, which are of the server's choice (RFC 9110, 6.5)
 */
public record WholeResponse(int status, Headers headers, byte[] body, Headers trailers) {

    /**
     * The body as UTF-8, which is what nearly all texts are.
     *
     * @return the text
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
