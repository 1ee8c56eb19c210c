/**
 * The bench: starts each server in a process of its own, drives them in turn, and compares. Start reading at
 * {@link dev.anyloop.benchmarks.Bench}.
 */
@NullMarked
package dev.anyloop.benchmarks;

import org.jspecify.annotations.NullMarked;
