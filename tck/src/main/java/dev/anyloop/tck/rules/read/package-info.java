/** Chapter READ, receiving. */
@NullMarked
package dev.anyloop.tck.rules.read;

import org.jspecify.annotations.NullMarked;
