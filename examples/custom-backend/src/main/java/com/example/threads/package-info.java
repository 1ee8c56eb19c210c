/**
 * A backend of one's own: blocking channels, with a thread for each operation that waits. It needs no more than
 * {@code docs/writing-a-backend.md} says, and it is an example: a thread for each connection is what event loops avoid.
 */
@NullMarked
package com.example.threads;

import org.jspecify.annotations.NullMarked;
