/** Chapter ERR, errors and text. */
@NullMarked
package dev.anyloop.tck.rules.error;

import org.jspecify.annotations.NullMarked;
