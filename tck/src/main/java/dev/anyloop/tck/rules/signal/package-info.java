/** Chapter SIGNAL of the specification. */
@NullMarked
package dev.anyloop.tck.rules.signal;

import org.jspecify.annotations.NullMarked;
