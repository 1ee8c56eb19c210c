package dev.anyloop.tck;

/** Chapter LISTEN of the specification: servers. */
abstract class ListeningRules extends Chapter {}
