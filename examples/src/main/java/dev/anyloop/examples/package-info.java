/** Small complete programs, each to be read in one go. They use the API alone; the class path brings the backends. */
@NullMarked
package dev.anyloop.examples;

import org.jspecify.annotations.NullMarked;
