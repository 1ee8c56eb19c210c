/** What keeps a test honest: seeds, limits of time, leaks, and the first failure with all that followed; and which process runs it. */
@NullMarked
package dev.anyloop.tck.run;

import org.jspecify.annotations.NullMarked;
