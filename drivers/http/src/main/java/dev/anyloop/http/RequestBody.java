package dev.anyloop.http;

import org.jspecify.annotations.Nullable;

/**
 * The body of a request: bytes, or who sends it.
 *
 * @param length of it, or {@link Duplex#UNKNOWN}
 * @param isRepeatable whether it can be sent again
 */
record RequestBody(byte @Nullable [] bytes, @Nullable BodySource source, long length, boolean isRepeatable) {

    static RequestBody of(byte[] bytes) {
        return new RequestBody(bytes, null, bytes.length, true);
    }

    static RequestBody of(BodySource source) {
        return new RequestBody(null, source, Duplex.UNKNOWN, false);
    }

    RequestBody withLength(long newLength) {
        return new RequestBody(bytes, source, newLength, isRepeatable);
    }

    RequestBody repeatable() {
        return new RequestBody(bytes, source, length, true);
    }
}
