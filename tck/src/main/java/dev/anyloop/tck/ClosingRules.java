package dev.anyloop.tck;

/** Chapter CLOSE of the specification: closing sockets. */
abstract class ClosingRules extends Chapter {}
