/** Random programs, run on every backend and on mixed pairs, and compared with a model. */
@NullMarked
package dev.anyloop.conformance.differential;

import org.jspecify.annotations.NullMarked;
