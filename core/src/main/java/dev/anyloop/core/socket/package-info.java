/**
 * The life of a connection: its states, its two halves, its timeouts, and the socket that its user holds (chapters READ,
 * WRITE, HALF, TIMEOUT and CLOSE).
 */
@NullMarked
package dev.anyloop.core.socket;

import org.jspecify.annotations.NullMarked;
