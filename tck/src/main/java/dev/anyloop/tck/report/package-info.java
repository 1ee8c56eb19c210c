/** What runs have shown, by the rules of the specification. */
@NullMarked
package dev.anyloop.tck.report;

import org.jspecify.annotations.NullMarked;
