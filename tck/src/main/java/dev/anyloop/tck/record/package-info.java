/** What is under test, with every callback installed: checks the grammar, and remembers what came. */
@NullMarked
package dev.anyloop.tck.record;

import org.jspecify.annotations.NullMarked;
