/**
 * Tests whose surroundings are not those of the machine: a process of their own has another language or another network.
 */
@NullMarked
package dev.anyloop.tck.elsewhere;

import org.jspecify.annotations.NullMarked;
