/** What docs/writing-a-backend.md tells the authors of backends, done as it says. */
@NullMarked
package dev.anyloop.conformance.page;

import org.jspecify.annotations.NullMarked;
