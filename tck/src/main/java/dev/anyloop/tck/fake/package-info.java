/** A backend in memory, with a clock that is moved by hand: the smallest complete one. */
@NullMarked
package dev.anyloop.tck.fake;

import org.jspecify.annotations.NullMarked;
