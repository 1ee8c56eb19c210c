/** Chapter ORDER, order and re-entrancy. */
@NullMarked
package dev.anyloop.tck.rules.order;

import org.jspecify.annotations.NullMarked;
