/** Chapter LOOP, the loop's life. */
@NullMarked
package dev.anyloop.tck.rules.loop;

import org.jspecify.annotations.NullMarked;
