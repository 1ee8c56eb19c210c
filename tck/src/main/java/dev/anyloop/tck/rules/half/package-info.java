/** Chapter HALF, half-close and end. */
@NullMarked
package dev.anyloop.tck.rules.half;

import org.jspecify.annotations.NullMarked;
