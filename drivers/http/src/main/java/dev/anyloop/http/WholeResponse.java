package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import java.nio.charset.StandardCharsets;

/**
 * An answer as a whole, to keep.
 *
 * @param status 200 to 599
 * @param headers its fields
 * @param body all of it; not copied
 */
public record WholeResponse(int status, Headers headers, byte[] body) {

    /**
     * The body as UTF-8, which is what nearly all texts are.
     *
     * @return the text
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
