/** Chapter WATCH: what a loop shows of itself. */
@NullMarked
package dev.anyloop.tck.rules.watch;

import org.jspecify.annotations.NullMarked;
