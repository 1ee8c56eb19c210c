/** Chapter SHARE: several loops, and ports that they share. */
@NullMarked
package dev.anyloop.tck.rules.share;

import org.jspecify.annotations.NullMarked;
