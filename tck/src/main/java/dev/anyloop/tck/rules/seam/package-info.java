/** Chapter SEAM, the seam under core, driven by hand. */
@NullMarked
package dev.anyloop.tck.rules.seam;

import org.jspecify.annotations.NullMarked;
