/** Chapter CLOSE, closing. */
@NullMarked
package dev.anyloop.tck.rules.close;

import org.jspecify.annotations.NullMarked;
