package dev.anyloop.core.socket;

import dev.anyloop.CompletionCallback;
import dev.anyloop.NetworkException;
import org.jspecify.annotations.Nullable;

/** Of a write that ends at a position in the stream of bytes, or of one that was refused when so much had been written. */
final class Completion {

    final long position;
    final CompletionCallback callback;
    final @Nullable NetworkException refused;
    @Nullable Completion next;

    Completion(long position, CompletionCallback callback, @Nullable NetworkException refused) {
        this.position = position;
        this.callback = callback;
        this.refused = refused;
    }
}
