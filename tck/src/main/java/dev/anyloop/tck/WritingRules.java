package dev.anyloop.tck;

/** Chapter WRITE of the specification: sending bytes. */
abstract class WritingRules extends Chapter {}
