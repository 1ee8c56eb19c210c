/** Chapter THREAD, threads. */
@NullMarked
package dev.anyloop.tck.rules.thread;

import org.jspecify.annotations.NullMarked;
