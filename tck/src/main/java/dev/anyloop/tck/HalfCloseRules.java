package dev.anyloop.tck;

/** Chapter HALF of the specification: ends of one direction. */
abstract class HalfCloseRules extends Chapter {}
