/**
 * The io_uring backend. Receives and accepts are in flight all the time, and a turn of the loop is one system call, which submits
 * what is new and waits for what completes. What is sent is sent by a call of its own, because its result is wanted at once.
 */
@NullMarked
package dev.anyloop.uring;

import org.jspecify.annotations.NullMarked;
