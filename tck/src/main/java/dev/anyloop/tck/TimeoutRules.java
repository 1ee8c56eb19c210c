package dev.anyloop.tck;

/** Chapter TIMEOUT of the specification: read and write timeouts. */
abstract class TimeoutRules extends Chapter {}
