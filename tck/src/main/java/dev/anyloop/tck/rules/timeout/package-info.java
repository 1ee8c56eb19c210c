/** Chapter TIMEOUT, I/O timeouts. */
@NullMarked
package dev.anyloop.tck.rules.timeout;

import org.jspecify.annotations.NullMarked;
