/**
 * Chapter UNIX of the specification.
 */
@NullMarked
package dev.anyloop.tck.rules.unix;

import org.jspecify.annotations.NullMarked;
