package dev.anyloop.tck;

/** Chapter LOOP of the specification: running, stopping and closing a loop. */
abstract class LoopRules extends Chapter {}
