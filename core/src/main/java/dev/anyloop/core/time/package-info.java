/**
 * The clock of a loop, and the queue of what is due at a time of it (chapter TIMER, and the times of TIMEOUT).
 */
@NullMarked
package dev.anyloop.core.time;

import org.jspecify.annotations.NullMarked;
