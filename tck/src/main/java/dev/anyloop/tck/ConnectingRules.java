package dev.anyloop.tck;

/** Chapter CONN of the specification: connecting. */
abstract class ConnectingRules extends Chapter {}
