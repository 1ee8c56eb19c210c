/** Chapter WRITE, sending. */
@NullMarked
package dev.anyloop.tck.rules.write;

import org.jspecify.annotations.NullMarked;
