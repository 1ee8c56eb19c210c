package dev.anyloop.tck;

/** Chapter READ of the specification: receiving bytes. */
abstract class ReadingRules extends Chapter {}
