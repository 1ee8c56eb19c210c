package dev.anyloop.tck;

/** Chapter DISC of the specification: the provider of a backend. */
abstract class DiscoveryRules extends Chapter {}
