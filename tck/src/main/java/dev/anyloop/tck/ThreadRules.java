package dev.anyloop.tck;

/** Chapter THREAD of the specification: what other threads may do. */
abstract class ThreadRules extends Chapter {}
