/**
 * The timers and intervals of the user (chapter TIMER).
 */
@NullMarked
package dev.anyloop.core.timer;

import org.jspecify.annotations.NullMarked;
