/**
 * The servers under test and their references, each written as its own users would write it. The one that is Anyloop's
 * uses nothing but the public API.
 */
@NullMarked
package dev.anyloop.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
