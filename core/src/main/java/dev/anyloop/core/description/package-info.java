/**
 * What a loop says of itself (WATCH-002, WATCH-004): values that any thread may have, taken once and printed in two ways, for people
 * and for programs. The rooms above fill them in, and print nothing themselves.
 */
@NullMarked
package dev.anyloop.core.description;

import org.jspecify.annotations.NullMarked;
