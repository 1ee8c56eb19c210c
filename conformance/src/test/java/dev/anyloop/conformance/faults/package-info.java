/** Engines whose system calls fail, one after the other: what of it users see, and what is left behind. */
@NullMarked
package dev.anyloop.conformance.faults;

import org.jspecify.annotations.NullMarked;
